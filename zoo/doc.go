// Package zoo is the contract between a host and a GAN variant: six calls, one
// stream of events, and the types they carry.
//
// # The calls
//
// A variant is a [Plugin]. It lives in a process of its own, which a host
// starts:
//
//   - Describe says what the variant is: its name, its paper, the data it can
//     learn, its parameters with their defaults.
//   - Check tells beforehand what Train would refuse. It may be left out: see
//     [Checker].
//   - Train turns a [Dataset] and a [Config] into checkpoints, and tells its
//     story in [Event]s. It starts from scratch or from a checkpoint, and ends
//     when the budget is spent, when it is asked to stop or at once when its
//     context ends.
//   - Sample draws from the generator of a checkpoint.
//   - Evaluate takes the measures that only the variant knows. Those that can
//     be taken on samples are taken by the host, the same for everyone.
//   - Export writes the generator of a checkpoint as an ONNX model.
//
// Checkpoints are the only state: nothing is kept in the process between calls,
// so any process of the variant can answer for any checkpoint. The host finds
// them by name and passes over those cut short, so each is a safetensors file
// RunDir/checkpoints/step-<step>.safetensors, written whole or not at all; what
// is in it is the plugin's own. Files beside it that begin with step-<step>. go
// with it.
//
// # Writing a plugin
//
// In Go, implement Plugin (or take package gan, which does it for anything that
// can be said as two losses) and serve it:
//
//	func main() { zoo.Serve(myVariant{}) }
//
// Name the program zoo-plugin-<name>, test it with package zootest, and
// register it: zoo plugin add ./zoo-plugin-<name>. Log with [Logger].
//
// In any other language, serve zoopb/zoo.proto over gRPC after the handshake of
// hashicorp/go-plugin: one line on stdout, "1|1|unix|<socket>|grpc|".
//
// # What crosses the boundary
//
// Data crosses by file: a Dataset names .npy arrays that the plugin maps.
// Samples, latents and models cross in chunks of at most 1 MiB. An [Error]
// crosses whole: its kind, what went wrong, where, and how to mend it. A panic
// in a call becomes an Error of that call; a plugin that dies is started again
// by the host from its last checkpoint.
//
// # What is promised
//
// The same Config, data and class of CPU give the same checkpoint, byte for
// byte, for any number of threads, and whether or not the training was
// interrupted on the way. Package zootest checks it, and the rest of this page,
// on the real process.
package zoo
