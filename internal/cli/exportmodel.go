package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// model is an export under way.
type model struct {
	o   *exportOptions
	src *source

	plain     []byte     // as the plugin wrote it
	codes     []zoo.Code // that it has inputs for
	content   []byte     // as wanted
	inputs    []string   // that it declares
	precision string
	probes    []probe
	verified  []verification
	fid       *beforeAfter
}

// probe is a question to a network and the answers wanted, by name: a plugin's own
// samples, or for networks that a plugin cannot be asked, nil at first.
type probe struct {
	inputs map[string]*tensor.Tensor
	want   map[string]*tensor.Tensor
}

// imageOutput is what a generator answers with.
const imageOutput = "image"

// openBatches are the numbers of samples that a model with an open batch is
// asked for: one sample is where a batch gets lost.
var openBatches = []int{1, 16}

// calibrationSamples is on how many samples ranges are measured.
const calibrationSamples = 256

// model asks the plugin for its model, makes the wanted one of it, and verifies
// both.
func (o *exportOptions) model(ctx context.Context, src *source) (*model, error) {
	m := &model{o: o, src: src}
	if err := m.fetch(ctx); err != nil {
		return nil, err
	}
	if err := m.ask(ctx); err != nil {
		return nil, err
	}
	if err := m.rewrite(ctx); err != nil {
		return nil, err
	}
	if err := m.verifyByOnnxGo(); err != nil {
		return nil, err
	}
	if err := m.verifyByRuntimes(ctx); err != nil {
		return nil, err
	}
	if err := m.measureFID(ctx); err != nil {
		return nil, err
	}
	return m, m.sign()
}

// fetch gets the model from the plugin, and makes sure it is of the network
// asked for: a plugin may know of generators alone.
func (m *model) fetch(ctx context.Context) error {
	req := &zoo.ExportRequest{Checkpoint: m.src.checkpoint, Raw: m.o.Raw, Opset: m.o.Opset, Network: m.o.Network}
	if m.o.Network != zoo.Generator {
		d, err := recordedData(ctx, m.o.f, m.src.run.ID, m.src.run.Dataset)
		if err != nil {
			return err
		}
		req.Dataset = &d
	}
	var b strings.Builder
	if err := m.src.Export(ctx, req, &b); err != nil {
		return err
	}
	m.plain = []byte(b.String())
	file, err := rewrite.Parse(m.plain)
	if err != nil {
		return err
	}
	if got := file.Metadata("ganzoo.network"); got != m.o.Network && (got != "" || m.o.Network != zoo.Generator) {
		return fault.New(fault.Usage, fmt.Sprintf("the plugin %s does not export a %s", m.src.variant.Name, m.o.Network), "--network", "export its generator")
	}
	if m.codes, err = latent.ParseCodes(file.Metadata("ganzoo.codes")); err != nil {
		return fault.Wrap(fault.Plugin, err, fmt.Sprintf("the plugin %s exports a model of unknown codes", m.src.variant.Name), "ganzoo.codes", "")
	}
	loaded, err := onnxrun.Load(m.plain, onnxrun.Options{MaxMemory: maxExportMemory})
	if err != nil {
		return err
	}
	for _, in := range loaded.Inputs() {
		m.inputs = append(m.inputs, in.Name)
	}
	return nil
}

// ask makes the probes: for a generator latents, and labels where it takes them,
// with the plugin's samples of them; for other networks the samples as
// examples, whose answers the plugin has compared itself.
func (m *model) ask(ctx context.Context) error {
	batches := openBatches
	if m.o.Form.Batch != 0 {
		batches = []int{m.o.Form.Batch}
	}
	for i, n := range batches {
		p, err := m.probe(ctx, n, uint64(i), m.o.Form.scale())
		if err != nil {
			return err
		}
		m.probes = append(m.probes, p)
	}
	return nil
}

// layout is what rows of latents are made of, by the codes of the model.
func (m *model) layout(z *tensor.Tensor) (latent.Layout, error) {
	return layoutOf(z, m.codes, m.src.variant.Name)
}

// probe draws n samples of a seed. The plugin's are of the noise as the model will
// scale it.
func (m *model) probe(ctx context.Context, n int, seed uint64, scale float32) (probe, error) {
	z, err := m.src.draw(ctx, n, seed)
	if err != nil {
		return probe{}, err
	}
	labels, err := m.src.labels(nil, n, 1)
	if err != nil {
		return probe{}, err
	}
	layout, err := m.layout(z)
	if err != nil {
		return probe{}, err
	}
	scaled := z
	if scale != 1 {
		scaled = z.Clone()
		for i := range n {
			for j := range layout.Noise {
				scaled.Data[i*z.Shape[1]+j] *= scale
			}
		}
	}
	images, err := m.src.Sample(ctx, &zoo.SampleRequest{Checkpoint: m.src.checkpoint, N: n, Latents: scaled, Labels: labels, Raw: m.o.Raw})
	if err != nil {
		return probe{}, err
	}
	p := probe{inputs: map[string]*tensor.Tensor{"x": images}}
	if m.o.Network == zoo.Generator {
		p.inputs, p.want = layout.Split(z), map[string]*tensor.Tensor{imageOutput: images}
	}
	if labels != nil && slices.Contains(m.inputs, "y") {
		p.inputs["y"] = oneHot(labels, m.src.run.Dataset.Classes)
	}
	return p, nil
}

// oneHot is one row a label, 1 at its class.
func oneHot(labels []int64, classes int) *tensor.Tensor {
	y := tensor.New(len(labels), classes)
	for i, l := range labels {
		y.Data[i*classes+int(l)] = 1
	}
	return y
}

// rewrite makes the wanted form.
func (m *model) rewrite(ctx context.Context) error {
	file, err := rewrite.Parse(m.plain)
	if err != nil {
		return err
	}
	var examples map[string]*onnxrun.Array
	if m.o.Form.Int8 == int8QDQ {
		p, err := m.probe(ctx, calibrationSamples, calibrationSeed, 1)
		if err != nil {
			return err
		}
		examples = arrays(p.inputs)
	}
	if err := m.o.Form.apply(file, examples); err != nil {
		return err
	}
	if m.precision = file.Metadata("ganzoo.precision"); m.precision == "" {
		m.precision = precisionFloat
	}
	m.content, err = file.Bytes()
	return err
}

// calibrationSeed draws other latents than those that are compared.
const calibrationSeed = 1000

func arrays(inputs map[string]*tensor.Tensor) map[string]*onnxrun.Array {
	list := map[string]*onnxrun.Array{}
	for name, t := range inputs {
		list[name] = onnxrun.FromTensor(t)
	}
	return list
}
