// Package networks builds what training asks for out of a library's own
// operations, once for all libraries.
package networks

import "github.com/ganzoo/ganzoo/bench/peers/training"

// Ops are the operations of a library on its nodes N. Images are B×H×W×C. An
// operation that cannot be built panics.
type Ops[N any] interface {
	// Weight is a variable that begins with the values.
	Weight(values []float32, shape ...int) N

	MatMul(a, b N) N           // m×k, k×n
	MatMulTransposed(a, b N) N // m×k, n×k
	AddToRows(x, row N) N      // adds a vector to each row of a matrix
	// Normalise gives the columns of a matrix mean 0 and variance 1, scales and shifts them.
	Normalise(x, scale, shift N) N
	Activate(x N, a training.Activation) N
	// LeakySlope is the derivative of LeakyReLU at x, itself without a derivative.
	LeakySlope(x N) N

	Shape(x N) []int
	Reshape(x N, shape ...int) N
	Transpose(x N, axes ...int) N
	Slice(x N, spans ...Span) N
	Concat(axis int, xs ...N) N
	Zeros(shape ...int) N

	Add(a, b N) N
	Sub(a, b N) N
	Mul(a, b N) N
	MulScalar(x, scalar N) N
	MulRows(x, column N) N    // multiplies each row of a matrix B×n with its number, B×1
	Scale(x N, by float64) N  // by·x
	Offset(x N, by float64) N // x + by
	Softplus(x N) N           // log(1 + exp x)
	Mean(x N) N               // of all, a scalar
	Deviation(x N) N          // standard deviation of all, a scalar
	RowNorms(x N) N           // ‖·‖₂ of each row of a matrix, a vector
}

// Span is what a slice keeps of an axis; of the others it keeps all.
type Span struct{ Axis, From, To int }
