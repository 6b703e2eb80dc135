// Package gan is what the variants share. A variant is a Variant value: data
// and two loss functions written like its paper. This package turns it into
// the two step graphs, trains them, keeps checkpoints, samples, evaluates,
// exports, and answers the zoo's contract for it.
//
// A whole plugin is a value and a main function:
//
//	var hinge = &gan.Variant{
//		Name: "hinge", Title: "Hinge GAN", Year: 2017, Paper: "arXiv:1705.02894",
//		Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000},
//		Points: gan.Setup{Batch: 256, Steps: 10000},
//		Discriminator: func(s *gan.Step) *graph.Node {
//			real := s.D(s.Real).Neg().Add(1).Relu().Mean()
//			return real.Add(s.D(s.Fake).Add(1).Relu().Mean())
//		},
//		Generator: func(s *gan.Step) *graph.Node { return s.D(s.Fake).Mean().Neg() },
//	}
//
//	func main() { gan.Serve(hinge) }
//
// A [Step] is what the losses see; [Settings] answers for the settings that a user may
// change; measures of the variant's own see an [Evaluation], networks to be exported
// beside the two a [View]. examples/zoo-plugin-hinge is one to copy.
//
// Letters of shapes: N examples of a batch, C×H×W of an image, K classes.
//
// From the outside in:
//
//   - plugin.go, serve.go: a Variant as a zoo.Plugin;
//   - train.go, budget.go, progress.go: the loop and what it reports;
//   - model.go: the networks, their average and the optimisers;
//   - step.go: what an objective sees; program.go: a step as a graph that runs;
//   - tricks.go: switches that any variant can take, a file each (packing.go, …);
//     logistic.go: the losses that several variants share;
//   - settings.go: a configuration with every default filled in; resolve.go, params.go:
//     how it comes about; refusals.go: what cannot be;
//   - sample.go, evaluate.go, export.go: what a checkpoint is good for;
//   - package nn/checkpoint: the file; package arch: the networks by name.
package gan
