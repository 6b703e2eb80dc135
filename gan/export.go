package gan

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// export answers the contract's Export.
func (v *Variant) export(ctx context.Context, req *zoo.ExportRequest, w io.Writer) error {
	s, err := load(req.Checkpoint, v)
	if err != nil {
		return err
	}
	m, err := s.model(v)
	if err != nil {
		return err
	}
	if req.Network == "" || req.Network == zoo.Generator {
		g, err := treatsExamplesApart(func(batch int) (*graph.Graph, error) { return m.servingGraph(batch, req.Raw) })
		if err != nil {
			return err
		}
		o := m.exportOptions(s, req, zoo.Generator)
		o.Doc = fmt.Sprintf("Generator, %s (%s). Draw z from %s; the output lies in −1…1.", v.Title, v.Paper, priorInWords(m.Settings))
		o.Metadata["ganzoo.prior"] = m.Settings.Choice("prior")
		o.Metadata["ganzoo.latent"] = strconv.Itoa(m.Settings.Int("latent"))
		if m.variant.conditional(m.Settings) {
			o.Doc += " y is the class to make, one-hot."
			o.Metadata["ganzoo.classes"] = strconv.Itoa(m.Settings.Classes)
		}
		if codes := m.Settings.codes; len(codes) > 0 {
			o.Doc += " Of the codes " + codesInWords(codes) + "."
			o.Metadata["ganzoo.codes"] = latent.FormatCodes(codes)
		}
		o.Metadata["ganzoo.average"] = strconv.FormatBool(!req.Raw && m.averageG != nil)
		return export.Write(w, g, o)
	}
	n, err := v.network(req.Network)
	if err != nil {
		return err
	}
	if !req.Raw {
		m.averageD.settle()
	}
	if err := m.settle(ctx, req.Dataset); err != nil {
		return err
	}
	g, err := treatsExamplesApart(func(batch int) (*graph.Graph, error) { return m.networkGraph(n, batch) })
	if err != nil {
		return err
	}
	o := m.exportOptions(s, req, n.Name)
	o.Doc = fmt.Sprintf("%s %s (%s).", n.Doc, v.Title, v.Paper)
	var model bytes.Buffer
	if err := export.Write(&model, g, o); err != nil {
		return err
	}
	if err := answersAlike(model.Bytes(), g, m); err != nil {
		return err
	}
	_, err = model.WriteTo(w)
	return err
}

// treatsExamplesApart returns a network's graph for one example, once it is
// proven to serve any number.
func treatsExamplesApart(build func(batch int) (*graph.Graph, error)) (*graph.Graph, error) {
	one, err := build(1)
	if err != nil {
		return nil, err
	}
	two, err := build(2)
	if err != nil {
		return nil, err
	}
	return one, export.CheckBatch(one, two)
}

// exportOptions has what the files of all networks tell.
func (m *Model) exportOptions(s *saved, req *zoo.ExportRequest, network string) export.Options {
	return export.Options{
		Version: m.variant.version(),
		Opset:   req.Opset,
		Metadata: map[string]string{
			"ganzoo.variant": m.variant.Name,
			"ganzoo.paper":   m.variant.Paper,
			"ganzoo.arch":    m.Settings.Arch.Name,
			"ganzoo.network": network,
			"ganzoo.step":    strconv.FormatInt(s.counters.Step, 10),
			"ganzoo.seed":    strconv.FormatUint(m.Settings.Seed, 10),
			"ganzoo.data":    s.origin.Fingerprint,
		},
	}
}

// settle brings the discriminator's running statistics to those of examples,
// where there are any; see Evaluation.settle.
func (m *Model) settle(ctx context.Context, examples *zoo.Dataset) error {
	if examples == nil {
		return nil
	}
	e := &Evaluation{Settings: m.Settings, Model: m, ctx: ctx}
	if err := e.open(examples); err != nil {
		return err
	}
	defer e.close()
	e.pool = kernel.NewPool(0)
	defer e.pool.Close()
	return e.settle()
}

// networkTolerance is how far an exported network's answers may lie from the
// graph's own, as a share of the largest answer.
const networkTolerance = 1e-5

// answersAlike compares a network's file with the graph that it was written
// from. The host does so for generators, by the plugin's samples; for other
// networks there is nobody else to ask.
func answersAlike(model []byte, g *graph.Graph, m *Model) error {
	exe, err := g.Compile(graph.Options{})
	if err != nil {
		return err
	}
	x := tensor.New(append([]int{1}, m.Settings.Shape...)...)
	tensor.NewStream(1, "example", 0).Uniform(x.Data, -1, 1)
	inputs := map[string]*tensor.Tensor{exampleInput: x}
	if classes := m.variant.discriminatorClasses(m.Settings); classes > 0 {
		y := tensor.New(1, classes)
		oneHot(y.Data, []int64{0}, classes)
		inputs[classInput] = y
	}
	for name, value := range inputs {
		copy(exe.Input(name), value.Data)
	}
	exe.Run(0)
	loaded, err := verify.Load(model)
	if err != nil {
		return err
	}
	answers, err := loaded.Run(inputs)
	if err != nil {
		return err
	}
	names, _ := g.Outputs()
	for _, name := range names {
		want, largest := exe.Output(name), float32(1)
		for _, y := range want.Data {
			largest = max(largest, y, -y)
		}
		if _, err := verify.CompareOutput(name, answers[name], want, networkTolerance*float64(largest)); err != nil {
			return err
		}
	}
	return nil
}

// priorInWords names the distribution of the latents.
func priorInWords(s *Settings) string {
	if s.Choice("prior") == priorUniform {
		return "U(−1,1)"
	}
	return "N(0,1)"
}
