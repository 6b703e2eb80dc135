package classifier

import (
	"context"
	"fmt"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

const (
	batchSize = 128
	peakRate  = 0.1  // of the learning rate
	warmUp    = 0.15 // share of the steps in which it rises from 0 to the peak
	momentum  = 0.9
	dropRate  = 0.3 // of the features, which must not lean on one another
)

// Options of a training. The same options give the same bytes on one class of
// CPU, whatever the threads.
type Options struct {
	Epochs int    `json:"epochs"`
	Seed   uint64 `json:"seed"`
}

// Progress is told after every epoch.
type Progress struct {
	Epoch, Epochs int
	Loss          float64 // mean cross entropy over the epoch, nats
}

// Train makes a classifier of labelled images. Data without labels, or of
// points, is a fault of kind Data; a ctx that ends one of kind Canceled.
func Train(ctx context.Context, d data.Dataset, o Options, pool *kernel.Pool, tell func(Progress)) (*Classifier, error) {
	if d.Kind != data.Images || d.TrainY == "" {
		return nil, fault.New(fault.Data, "a classifier learns from labelled images, and these are none", d.Name, "choose labelled images such as mnist")
	}
	if err := checkSize(d.Shape, d.Classes); err != nil {
		return nil, fault.Wrap(fault.Data, err, "the classifier cannot look at such images", d.Name, "")
	}
	source, err := data.Open(d)
	if err != nil {
		return nil, err
	}
	defer source.Close()

	c := &Classifier{Data: d.Name, In: d.Shape, Classes: d.Classes, Training: o}
	step, err := c.build(o, pool)
	if err != nil {
		return nil, err
	}
	if err := c.learn(ctx, step, source, tell); err != nil {
		return nil, err
	}
	if d.TestY == "" {
		return c, nil
	}
	c.Accuracy, err = c.Test(ctx, d, pool)
	return c, err
}

const (
	inputLabels = "labels" // N×K, one-hot
	inputRate   = "rate"
	outputLoss  = "loss"
)

// build makes the network and its training step.
func (c *Classifier) build(o Options, pool *kernel.Pool) (step *graph.Executable, err error) {
	failed := graph.Catch(func() {
		c.net = newNetwork(c.In, c.Classes, o.Seed)
		step, err = c.trainingStep(o, pool)
	})
	if failed != nil {
		return nil, fault.Wrap(fault.Data, failed, "the classifier cannot look at such images", c.Data, "")
	}
	return step, err
}

// trainingStep is an update by gradient descent with momentum. The rate of the
// step is a factor of the loss, so that it may change: the moments hold
// gradients as they were weighted then, as in the original form of momentum.
func (c *Classifier) trainingStep(o Options, pool *kernel.Pool) (*graph.Executable, error) {
	g := graph.New("classifier training")
	images := g.Input(inputImages, append([]int{batchSize}, c.In...)...)
	labels := g.Input(inputLabels, batchSize, c.Classes)
	training := nn.Training()
	features := c.net.body.Apply(training, images)
	kept := g.Uniform("dropout", 0, 1, features.Shape()...).GreaterOrEqual(dropRate)
	logits := c.net.head.Apply(training, features.Mul(kept).Mul(1/(1-dropRate)))
	loss := logits.LogSoftmax().Mul(labels).Sum(1).Mean().Neg()
	g.Output(outputLoss, loss)

	weights := c.net.trainable()
	by := make([]*graph.Node, len(weights))
	for i, w := range weights {
		by[i] = g.Variable(w)
	}
	grads := graph.Gradient(loss.Mul(g.Input(inputRate)), by...)
	update := nn.SGD{Rate: 1, Momentum: momentum}.Bind("optimizer", weights)
	for i, value := range update.Update(g, grads) {
		g.Assign(weights[i], value)
	}
	training.Commit(g)
	return g.Compile(graph.Options{Pool: pool, Seed: o.Seed})
}

// learn runs the steps of all epochs.
func (c *Classifier) learn(ctx context.Context, step *graph.Executable, source *data.Source, tell func(Progress)) error {
	o := c.Training
	perEpoch := max(1, source.Count/batchSize)
	steps := o.Epochs * perEpoch
	images, labels := step.Input(inputImages), make([]int64, batchSize)
	shift := newShifter(c.In, o.Seed)
	loss := 0.0
	for i := range steps {
		if ctx.Err() != nil {
			return fault.Wrap(fault.Canceled, context.Cause(ctx), "the training was cancelled", "", "")
		}
		source.Batch(images, labels, o.Seed, int64(i), batchSize)
		shift.apply(images, uint64(i))
		oneHot(step.Input(inputLabels), labels, c.Classes)
		step.Input(inputRate)[0] = rate(float64(i) / float64(steps))
		step.Run(uint64(i))
		loss += float64(step.Output(outputLoss).Data[0]) / float64(perEpoch)
		if (i+1)%perEpoch == 0 {
			if tell != nil {
				tell(Progress{Epoch: (i + 1) / perEpoch, Epochs: o.Epochs, Loss: loss})
			}
			loss = 0
		}
	}
	return nil
}

// rate is the learning rate at a share of the training: straight up to the peak,
// then straight down to nothing.
func rate(share float64) float32 {
	if share < warmUp {
		return float32(peakRate * share / warmUp)
	}
	return float32(peakRate * (1 - share) / (1 - warmUp))
}

func oneHot(dst []float32, labels []int64, classes int) {
	clear(dst)
	for i, l := range labels {
		dst[i*classes+int(l)] = 1
	}
}

// Test returns the share of d's test images that the classifier names right.
func (c *Classifier) Test(ctx context.Context, d data.Dataset, pool *kernel.Pool) (float64, error) {
	if d.Classes != c.Classes {
		return 0, fault.New(fault.Data, fmt.Sprintf("the classifier knows %d classes, the data has %d", c.Classes, d.Classes), d.Name, "")
	}
	if d.TestY == "" {
		return 0, fault.New(fault.Data, "the test images have no labels to compare with", d.Name, "choose labelled images such as mnist")
	}
	source, err := data.OpenTest(d)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	images, labels := tensor.New(append([]int{source.Count}, source.Shape...)...), make([]int64, source.Count)
	all := make([]int32, source.Count)
	for i := range all {
		all[i] = int32(i)
	}
	source.Gather(images.Data, labels, all)
	seen, err := c.Extract(ctx, pool, images)
	if err != nil {
		return 0, err
	}
	return 1 - metrics.ErrorRate(metrics.ArgMax(seen.Probabilities), labels), nil
}
