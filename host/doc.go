// Package host finds, verifies, starts and supervises GAN variants, each in a
// process of its own, and keeps the runs they make.
//
// The duties lie in packages below it:
//
//   - host/process starts one plugin process and speaks the contract with it
//   - host/lockfile remembers the registered plugins and their hashes
//   - host/runs is the store of run folders
//   - host/hosttest has the plugins that misbehave, for tests
//
// Package host joins them: it resolves a variant's name to an executable, and a
// training to a run folder, a process, a stream of events and, when the process
// dies, another process that goes on from the last checkpoint.
//
// It is not a training loop: it imports neither gan nor nn nor graph, reads no
// checkpoint's content and computes no gradient. It does not draw either:
// Options.Draw and Options.Plot do. And it is no sandbox: a registered plugin runs with the
// user's rights.
package host
