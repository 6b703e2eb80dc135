// Package gan is what the variants share. A variant is a Variant value: data
// and two loss functions written like its paper. This package turns it into
// the two step graphs, trains them, keeps checkpoints, samples, evaluates,
// exports, and answers the zoo's contract for it.
//
// From the outside in:
//
//   - plugin.go, serve.go: a Variant as a zoo.Plugin;
//   - train.go, budget.go, progress.go: the loop and what it reports;
//   - model.go: the networks, their average and the optimisers;
//   - step.go: what an objective sees; program.go: a step as a graph that runs;
//   - tricks.go: switches that any variant can take, a file each (packing.go, …);
//     logistic.go: the losses that several variants share;
//   - settings.go, params.go: a configuration with every default filled in;
//   - sample.go, evaluate.go, export.go: what a checkpoint is good for;
//   - package checkpoint: the file; package arch: the networks by name.
package gan
