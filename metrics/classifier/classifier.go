package classifier

import (
	"context"
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Classifier is a trained network. It is for one goroutine at a time.
type Classifier struct {
	Data     string       // what it was trained on: "mnist"
	In       tensor.Shape // C×H×W of the images it knows
	Classes  int          // K
	Accuracy float64      // on test images when it was trained, 0 … 1; 0 when there were none
	Training Options      // how it was trained

	net *network
}

var _ metrics.Extractor = (*Classifier)(nil)

// Name implements metrics.Extractor.
func (c *Classifier) Name() string { return "LeNet" }

// extractBatch is how many images are looked at together.
const extractBatch = 250

// Extract implements metrics.Extractor: N×64 features and N×K probabilities.
func (c *Classifier) Extract(ctx context.Context, pool *kernel.Pool, images *tensor.Tensor) (*metrics.Features, error) {
	if len(images.Shape) != 4 || !images.Shape[1:].Equal(c.In) || images.Shape[0] == 0 {
		return nil, fault.New(fault.Data, fmt.Sprintf("the classifier of %s looks at N×%v, and these are %v", c.Data, c.In, images.Shape), "",
			"name another with --features, or train one: zoo classifier train")
	}
	look, err := c.inference(pool)
	if err != nil {
		return nil, err
	}
	n, width := images.Shape[0], c.In.Size()
	f := &metrics.Features{Vectors: tensor.New(n, featureCount), Probabilities: tensor.New(n, c.Classes)}
	for first := 0; first < n; first += extractBatch {
		if err := ctx.Err(); err != nil {
			return nil, fault.Wrap(fault.Canceled, context.Cause(ctx), "the evaluation was cancelled", "", "")
		}
		// A last batch that is short keeps the images of the one before in its
		// end: no image sees another.
		copy(look.Input(inputImages), images.Data[first*width:])
		look.Run(0)
		copy(f.Vectors.Data[first*featureCount:], look.Output(outputFeatures).Data)
		copy(f.Probabilities.Data[first*c.Classes:], look.Output(outputProbabilities).Data)
	}
	return f, nil
}

// Channels names what it finds in each channel of images, N×C×H×W, as if it were
// an image of its own: the three digits of stacked MNIST. The answers are those
// that metrics.StackedModes counts. The classifier must know one channel.
func (c *Classifier) Channels(ctx context.Context, pool *kernel.Pool, images *tensor.Tensor) ([][]int64, error) {
	if len(images.Shape) != 4 {
		return nil, fault.New(fault.Data, fmt.Sprintf("images of shape %v where N×C×H×W is wanted", images.Shape), "", "")
	}
	n, channels, height, width := images.Shape[0], images.Shape[1], images.Shape[2], images.Shape[3]
	answers := make([][]int64, channels)
	layer := tensor.New(n, 1, height, width)
	for k := range answers {
		for i := range n {
			copy(layer.Data[i*height*width:][:height*width], images.Data[(i*channels+k)*height*width:])
		}
		seen, err := c.Extract(ctx, pool, layer)
		if err != nil {
			return nil, err
		}
		answers[k] = metrics.ArgMax(seen.Probabilities)
	}
	return answers, nil
}

const (
	inputImages         = "images"
	outputFeatures      = "features"
	outputProbabilities = "probabilities"
)

// inference compiles the network as it serves.
func (c *Classifier) inference(pool *kernel.Pool) (*graph.Executable, error) {
	g := graph.New("classifier")
	images := g.Input(inputImages, append([]int{extractBatch}, c.In...)...)
	features := c.net.body.Apply(nn.Inference(nil), images)
	g.Output(outputFeatures, features)
	g.Output(outputProbabilities, c.net.head.Apply(nn.Inference(nil), features).LogSoftmax().Exp())
	return g.Compile(graph.Options{Pool: pool})
}
