// Package nn builds networks out of graph nodes: layers, the initialisers of
// their weights and the optimisers that move them.
//
// A network is a list of layers, made once with its weights, and applied as
// often as a graph needs it:
//
//	d := nn.New("discriminator", tensor.Shape{1, 28, 28}, nn.Setup{Init: nn.DCGANInit, Seed: 1},
//		nn.Conv(64, 4, 2, 1), nn.LeakyRelu(0.2),
//		nn.Conv(128, 4, 2, 1, nn.NoBias), nn.BatchNorm(), nn.LeakyRelu(0.2),
//		nn.Dense(1),
//	)
//	logits := d.Apply(nn.Training(), images) // N×1×28×28 to N×1
//
// Shapes are worked out while the list is read, so a list that does not fit
// together is refused, at the layer that does not fit, before any graph exists.
//
// Shape letters in this package: N batch, C channels in, M channels out, H and
// W height and width, K features in, J features out.
package nn
