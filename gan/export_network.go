package gan

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// exportNetwork writes one of the networks beside the generator, once its file has
// been read back and answers as it does.
func (m *Model) exportNetwork(ctx context.Context, s *saved, req *zoo.ExportRequest, w io.Writer) error {
	n, err := m.variant.network(req.Network)
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
	o.Doc = fmt.Sprintf("%s %s (%s).", n.Doc, m.variant.Title, m.variant.Paper)
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
