// Package zootest is the suite that every plugin must pass, run on the plugin's
// real process. A plugin's author writes:
//
//	func TestContract(t *testing.T) {
//		zootest.Run(t, zootest.Options{Name: "hinge", Path: build(t)})
//	}
//
// It checks what package zoo promises: a sane description, the order of events,
// the shapes and ranges of samples, the same bytes from the same seed for any
// number of threads and however often a training was interrupted, an orderly
// stop, a prompt cancel, sampling from given latents, export, and errors that a
// user can read.
//
// It does not judge what was learnt, and looks into neither checkpoints, but for
// their name and length, nor models: Options.Export hands those over.
package zootest
