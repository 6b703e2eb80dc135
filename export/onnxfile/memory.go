package onnxfile

import "fmt"

const (
	// memoryBase is what a model may take beside three times its file, and again
	// for each further example of the batch that is asked of it.
	memoryBase = 64 << 20

	// MaxBatch is the batch beyond which no more is allowed: larger ones are to be
	// run in parts.
	MaxBatch = 64
)

// Allowance is how many bytes a model of a file of so many bytes may take, the
// file among them, when it is run for a batch; loading is a batch of 1.
func Allowance(file, batch int) int {
	return 3*file + memoryBase*min(max(batch, 1), MaxBatch)
}

// Mebibytes shows a number of bytes.
func Mebibytes(n int) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
