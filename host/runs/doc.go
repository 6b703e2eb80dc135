// Package runs is the run store: one folder a training, with what was asked
// (run.json), what happened (events.jsonl) and what came out (checkpoints/,
// samples/, plots/).
//
// It knows nothing of plugins or of what is in a checkpoint, and starts
// nothing; package host fills the folders.
package runs
