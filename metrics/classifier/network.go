package classifier

import (
	"fmt"
	"slices"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// featureCount is D, the width of the penultimate layer: LeNet-5's has 84
// (LeCun et al. 1998), and a covariance of 64 is well determined by 10,000
// images.
const featureCount = 64

// network is the classifier in the two parts that its users look between.
type network struct {
	body *nn.Network // C×H×W to D features
	head *nn.Network // D to K logits
}

// Limits of what a network may look at and know: a foreign file must not spend
// all memory on weights.
const (
	maxChannels = 64
	maxSide     = 256
	maxClasses  = 10_000
)

// checkSize refuses images (C×H×W) and classes beyond the limits.
func checkSize(in tensor.Shape, classes int) error {
	if len(in) != 3 || slices.Min(in) < 1 || in[0] > maxChannels || max(in[1], in[2]) > maxSide {
		return fmt.Errorf("images of %v, where C×H×W up to %d×%d×%d is wanted", in, maxChannels, maxSide, maxSide)
	}
	if classes < 2 || classes > maxClasses {
		return fmt.Errorf("%d classes, where 2 to %d are wanted", classes, maxClasses)
	}
	return nil
}

// newNetwork makes a network that knows nothing yet. It is LeNet-5 as one would
// build it today: strides instead of subsampling, batch normalisation, ReLU.
// 1×28×28 and ten classes make 104,000 parameters and 3 million multiply-adds
// an image. It panics with a *graph.BuildError for images that are too small.
func newNetwork(in tensor.Shape, classes int, seed uint64) *network {
	setup := nn.Setup{Init: nn.HeInit, Seed: seed}
	body := nn.New("body", in, setup,
		nn.Conv(24, 5, 2, 2, nn.NoBias), nn.BatchNorm(), nn.Relu(), // 24×14×14 of 1×28×28
		nn.Conv(32, 3, 1, 1, nn.NoBias), nn.BatchNorm(), nn.Relu(),
		nn.Conv(64, 3, 2, 1, nn.NoBias), nn.BatchNorm(), nn.Relu(), // 64×7×7
		nn.Conv(48, 3, 2, 1, nn.NoBias), nn.BatchNorm(), nn.Relu(), // 48×4×4
		nn.Dense(featureCount, nn.NoBias), nn.BatchNorm(), nn.Relu(),
	)
	return &network{body, nn.New("head", body.Out, setup, nn.Dense(classes))}
}

// variables are what a file must keep.
func (n *network) variables() []*graph.Variable {
	return append(append([]*graph.Variable{}, n.body.Variables()...), n.head.Variables()...)
}

// trainable are what the optimiser moves.
func (n *network) trainable() []*graph.Variable {
	return append(append([]*graph.Variable{}, n.body.Trainable()...), n.head.Trainable()...)
}
