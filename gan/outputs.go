package gan

import (
	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// Outputs returns what the discriminator, at inference, says of the first n
// examples of a source (all, when it has fewer), n×outputs, and their labels,
// 0 … K−1, nil when the source has none.
func (e *Evaluation) Outputs(source *data.Source, n int) (rows *tensor.Tensor, labels []int64, err error) {
	if err := e.settle(); err != nil {
		return nil, nil, err
	}
	p, err := e.discriminator(nn.Inference(nil))
	if err != nil {
		return nil, nil, err
	}
	n = min(n, source.Count)
	width := e.Model.D.Out.Size()
	rows = tensor.New(n, width)
	examples := make([]int32, e.Batch)
	var batchLabels []int64
	if source.HasLabels() {
		labels, batchLabels = make([]int64, n), make([]int64, e.Batch)
	}
	for first := 0; first < n; first += e.Batch {
		for i := range examples {
			examples[i] = int32(min(first+i, n-1))
		}
		source.Gather(p.Input(realInput), batchLabels, examples)
		if y := p.Input(classInput); y != nil {
			oneHot(y, batchLabels, e.Classes)
		}
		p.Run(0)
		copy(rows.Data[first*width:], p.Output(scoresOutput).Data)
		if labels != nil {
			copy(labels[first:], batchLabels)
		}
	}
	return rows, labels, nil
}

// settleBatches is how many batches the running statistics are settled on; with
// a momentum of 0.1 the first ones are forgotten long before.
const settleBatches = 100

// settle brings the discriminator's running statistics to those of training
// examples. While it trained they also took in samples, which a classifier of
// examples is not asked about.
func (e *Evaluation) settle() error {
	if e.settled {
		return nil
	}
	e.settled = true
	p, err := e.discriminator(nn.Training())
	if err != nil {
		return err
	}
	for i := range settleBatches {
		e.reader.fill(p, e.Train, e.seed, int64(i))
		p.Run(0)
	}
	return nil
}

// discriminator makes the discriminator alone, applied in the given way.
func (e *Evaluation) discriminator(c *nn.Context) (p *Program, err error) {
	failed := graph.Catch(func() {
		g := graph.New(e.Model.variant.Name + " discriminator")
		x := g.Input(realInput, append([]int{e.Batch}, e.Shape...)...)
		g.Output(scoresOutput, e.Model.D.Apply(c, e.Model.tell(c, x, e.Model.discriminatorClass(g, e.Batch))))
		c.Commit(g)
		var exe *graph.Executable
		exe, err = g.Compile(graph.Options{Pool: e.pool})
		p = &Program{exe: exe}
	})
	if failed != nil {
		return nil, failed
	}
	return p, err
}
