package cli

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/onnxruntime"
	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/export/verify"
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

// verification is how well a model answers as its plugin does. Differences are
// in units of −1…1, or in levels of grey where images are bytes.
type verification struct {
	By        string  `json:"by"`
	Samples   int     `json:"samples"`
	Largest   float64 `json:"largest_difference"`
	Mean      float64 `json:"mean_difference"`
	Tolerance float64 `json:"tolerance"` // of the largest difference
	MeanBound float64 `json:"mean_tolerance,omitempty"`
	Unit      string  `json:"unit,omitempty"`
}

func (v verification) String() string {
	s := fmt.Sprintf("largest difference %.2g, at most %g allowed", v.Largest, v.Tolerance)
	if v.Unit != "" {
		s = "in " + v.Unit + ", " + s
	}
	if v.MeanBound != 0 {
		s += fmt.Sprintf("; mean %.2g, at most %g", v.Mean, v.MeanBound)
	}
	return s
}

const (
	greyLevels  = "levels of grey"
	levelsOfOne = 127.5 // levels of grey in a difference of 1
)

// Names of the readers, in metadata and reports.
const (
	byOnnxGo         = "onnx-go"
	byOnnxrun        = "onnxrun"
	checkOnnxruntime = "onnxruntime"
)

// maxExportMemory bounds the values of a model of our own making.
const maxExportMemory = 4 << 30

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

// verifyByOnnxGo compares the model, decoded by onnx-go, with the plugin's
// samples: the final one where it is of a form that onnx-go knows, else the
// plugin's own with its latents scaled alike. Its answers for other networks are
// those that the final model is held against.
func (m *model) verifyByOnnxGo() error {
	content := m.content
	if m.o.Form.lossy() || m.o.Form.Image == imageBytes {
		known := exportForm{Image: imageFloat, Truncation: m.o.Form.Truncation}
		file, err := rewrite.Parse(m.plain)
		if err != nil {
			return err
		}
		if err := known.apply(file, nil); err != nil {
			return err
		}
		if content, err = file.Bytes(); err != nil {
			return err
		}
	}
	loaded, err := verify.Load(content)
	if err != nil {
		return err
	}
	v := verification{By: byOnnxGo, Tolerance: boundFloat.largest}
	for i := range m.probes {
		p := &m.probes[i]
		answers, err := loaded.Run(p.inputs)
		if err != nil {
			return err
		}
		if p.want == nil {
			p.want = answers
			continue
		}
		report, err := verify.CompareOutput(imageOutput, answers[imageOutput], p.want[imageOutput], boundFloat.largest)
		if err != nil {
			return err
		}
		v.add(report)
	}
	if v.Samples > 0 {
		m.verified = append(m.verified, v)
	}
	return nil
}

// add takes in the comparison of one batch more.
func (v *verification) add(r verify.Report) {
	before := float64(v.Samples)
	batch := float64(r.Batch)
	v.Mean = (v.Mean*before + r.Mean*batch) / (before + batch)
	v.Samples += r.Batch
	v.Largest = max(v.Largest, r.Largest)
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

// verifyByRuntimes compares the final model with the plugin's samples by our own
// runtime, where onnx-go has not read that very model or had nothing to compare
// with, and by whom else the user names.
func (m *model) verifyByRuntimes(ctx context.Context) error {
	if m.o.Form.lossy() || m.o.Form.Image == imageBytes || m.o.Network != zoo.Generator {
		run, err := m.runtime()
		if err != nil {
			return err
		}
		if err := m.compare(run); err != nil {
			return err
		}
	}
	for range m.o.Checks {
		err := m.compare(func(inputs map[string]*tensor.Tensor) (map[string]*onnxrun.Array, string, error) {
			outputs, version, err := onnxruntime.Run(ctx, m.content, inputs)
			return outputs, checkOnnxruntime + " " + version, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// runner computes a model's outputs, and says who did.
type runner func(inputs map[string]*tensor.Tensor) (outputs map[string]*onnxrun.Array, by string, err error)

// runtime is our own runtime with the final model. It computes float16 as
// float32, from the weights as float16 has them.
func (m *model) runtime() (runner, error) {
	content := m.content
	if m.o.Form.Half {
		var err error
		if content, err = widened(content); err != nil {
			return nil, err
		}
	}
	loaded, err := onnxrun.Load(content, onnxrun.Options{MaxMemory: maxExportMemory})
	if err != nil {
		return nil, err
	}
	return func(inputs map[string]*tensor.Tensor) (map[string]*onnxrun.Array, string, error) {
		outputs, err := loaded.Run(arrays(inputs))
		return outputs, byOnnxrun, err
	}, nil
}

// compare holds a runner's answers against those wanted.
func (m *model) compare(run runner) error {
	b := m.o.Form.bound()
	v := verification{Tolerance: b.largest}
	if b != boundFloat {
		v.MeanBound = b.mean
	}
	if m.o.Form.Image == imageBytes {
		// Values that lie on the edge of two levels may go either way.
		v.Unit, v.Tolerance = greyLevels, math.Ceil(v.Tolerance*levelsOfOne)
		v.MeanBound *= levelsOfOne
	}
	for _, p := range m.probes {
		outputs, who, err := run(p.inputs)
		if err != nil {
			return err
		}
		v.By = who
		if m.o.Network != zoo.Generator {
			v.By += " as " + byOnnxGo // whose answers are those wanted; the plugin has made its own comparison
		}
		report, err := m.compareOutputs(who, outputs, p.want, v.Tolerance)
		if err != nil {
			return err
		}
		v.add(report)
	}
	if v.MeanBound != 0 && !(v.Mean <= v.MeanBound) {
		return fault.New(fault.Verify, fmt.Sprintf("the exported model has lost too much: mean difference %.2g, at most %g is allowed", v.Mean, v.MeanBound),
			"", "export it in a larger form")
	}
	m.verified = append(m.verified, v)
	return nil
}

// magnitude is what a tolerance counts in: 1 for a generator's −1…1, the largest
// value for networks whose answers have no such range.
func magnitude(network string, want *tensor.Tensor) float64 {
	largest := float32(1)
	if network != zoo.Generator {
		for _, v := range want.Data {
			largest = max(largest, v, -v)
		}
	}
	return float64(largest)
}

// compareOutputs holds all answers of one run against those wanted. The report is
// of the one that is farthest off.
func (m *model) compareOutputs(who string, outputs map[string]*onnxrun.Array, want map[string]*tensor.Tensor, tolerance float64) (worst verify.Report, err error) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		got, wanted := outputs[name], want[name]
		if got == nil {
			return worst, fault.New(fault.Verify, fmt.Sprintf("%s gives no answer %s", who, name), "", "")
		}
		if got.Type == onnxrun.Uint8 {
			wanted = levels(wanted)
		}
		report, err := verify.CompareOutput(name, got.Tensor(), wanted, tolerance*magnitude(m.o.Network, wanted))
		if err != nil {
			return report, err
		}
		if report.Largest >= worst.Largest {
			worst = report
		}
	}
	return worst, nil
}

// levels is the images' bytes as a model with --image uint8 gives them: N×H×W×C.
func levels(images *tensor.Tensor) *tensor.Tensor {
	n, c, h, w := images.Shape[0], images.Shape[1], images.Shape[2], images.Shape[3]
	out := tensor.New(n, h, w, c)
	for i := range n {
		for ch := range c {
			for p := range h * w {
				v := (images.Data[(i*c+ch)*h*w+p]+1)*levelsOfOne + 0.5
				out.Data[(i*h*w+p)*c+ch] = float32(math.Floor(float64(min(max(v, 0), 255))))
			}
		}
	}
	return out
}

// sign writes into the model who has verified it and how far off it is.
func (m *model) sign() error {
	file, err := rewrite.Parse(m.content)
	if err != nil {
		return err
	}
	var by []string
	largest, unit := 0.0, ""
	for _, v := range m.verified {
		by = append(by, v.By)
		if v.Unit != "" || unit == "" {
			if v.Unit != unit {
				largest = 0
			}
			largest, unit = max(largest, v.Largest), v.Unit
		}
	}
	difference := strconv.FormatFloat(largest, 'e', 1, 64)
	if unit != "" {
		difference = strconv.FormatFloat(largest, 'f', -1, 64) + " " + unit
	}
	file.SetMetadata("ganzoo.verified_by", strings.Join(by, ", "))
	file.SetMetadata("ganzoo.verified_difference", difference)
	m.content, err = file.Bytes()
	return err
}
