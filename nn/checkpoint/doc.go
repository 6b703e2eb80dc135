// Package checkpoint reads and writes checkpoints: safetensors files
// (github.com/huggingface/safetensors) of float32 arrays, whose metadata holds
// the rest and a checksum over the whole file. Any safetensors library opens
// them.
//
// The same content gives the same bytes: nothing of the time or the machine is
// in a file. It knows nothing of networks or training.
package checkpoint
