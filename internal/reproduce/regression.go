package reproduce

import (
	"context"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// regression is softmax regression on pixels, the classifier that DRAGAN's
// notebook takes inception scores with: y = softmax(W·x + b), x in 0…1.
type regression struct {
	data string // what it has learned
	net  *nn.Network
	in   tensor.Shape
}

// The notebook's training, from weights of zero.
const (
	regressionSteps = 1000
	regressionBatch = 100
	regressionRate  = 0.5
)

const (
	imagesInput   = "images"
	classesInput  = "classes"
	answersOutput = "probabilities"
)

// newRegression learns the classes of labelled images.
func newRegression(ctx context.Context, d data.Dataset) (metrics.Extractor, error) {
	source, err := data.Open(d)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	r := &regression{data: d.Name, in: d.Shape}
	r.net = nn.New("regression", r.in, nn.Setup{Init: nn.DCGANInit}, nn.Flatten(), nn.Dense(d.Classes))
	for _, v := range r.net.Variables() {
		clear(v.Value.Data)
	}
	g := graph.New("regression training")
	y := g.Input(classesInput, regressionBatch, d.Classes)
	loss := r.logits(g, regressionBatch).LogSoftmax().Mul(y).Sum(1).Mean().Neg()
	for _, v := range r.net.Trainable() {
		w := g.Variable(v)
		g.Assign(v, w.Sub(graph.Gradient(loss, w)[0].Mul(regressionRate)))
	}
	step, err := g.Compile(graph.Options{})
	if err != nil {
		return nil, err
	}
	labels := make([]int64, regressionBatch)
	for i := range regressionSteps {
		if ctx.Err() != nil {
			return nil, fault.Wrap(fault.Canceled, context.Cause(ctx), "the protocol was cancelled", "", "")
		}
		source.Batch(step.Input(imagesInput), labels, 1, int64(i), regressionBatch)
		rows := step.Input(classesInput)
		clear(rows)
		for k, label := range labels {
			rows[k*d.Classes+int(label)] = 1
		}
		step.Run(uint64(i))
	}
	return r, nil
}

// logits are W·x + b of n images in −1…1.
func (r *regression) logits(g *graph.Graph, n int) *graph.Node {
	x := g.Input(imagesInput, append([]int{n}, r.in...)...)
	return r.net.Apply(nn.Inference(nil), x.Add(1).Mul(0.5))
}

// Name implements metrics.Extractor.
func (r *regression) Name() string { return "softmax regression" }

// Extract implements metrics.Extractor: the probabilities are the features too.
func (r *regression) Extract(_ context.Context, pool *kernel.Pool, images *tensor.Tensor) (*metrics.Features, error) {
	n := images.Shape[0]
	if !images.Shape[1:].Equal(r.in) {
		return nil, fault.New(fault.Data, "the softmax regression of "+r.data+" looks at other images", "", "")
	}
	g := graph.New("regression")
	g.Output(answersOutput, r.logits(g, n).LogSoftmax().Exp())
	exe, err := g.Compile(graph.Options{Pool: pool})
	if err != nil {
		return nil, err
	}
	copy(exe.Input(imagesInput), images.Data)
	exe.Run(0)
	answers := tensor.New(n, r.net.Out.Size())
	copy(answers.Data, exe.Output(answersOutput).Data)
	return &metrics.Features{Vectors: answers, Probabilities: answers}, nil
}
