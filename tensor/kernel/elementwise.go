package kernel

// The element-wise kernels compute one element of dst from the same element of
// each operand. All slices are of one length; dst may be one of the operands
// but may not overlap one in part. NaN and infinities go through as IEEE 754
// has it; comparisons with NaN are false. Subnormals are neither read nor
// written as zero. A kernel allocates nothing and runs on the caller's thread.
//
// Arithmetic is rounded correctly and so has the same bits in every class.
// The functions that approximate (exponential.go, activation.go,
// trigonometric.go) state their largest error in units in the last place (ulp)
// of a float32; their bits belong to the class.

// routines are the kernels of this kind, reductions and random numbers of one
// class, without checks of their arguments.
type routines struct {
	add, sub, mul, div, max, min   func(dst, a, b []float32)
	greater, greaterOrEqual, equal func(dst, a, b []float32)

	addScalar, mulScalar, leakyRelu func(dst, a []float32, s float32)

	neg, abs, sign, square, sqrt, reciprocal func(dst, a []float32)
	exp, log, tanh, sigmoid, softplus, relu  func(dst, a []float32)
	sin, cos                                 func(dst, a []float32)

	where func(dst, a, b, c []float32)

	weightedSum, weightedSquare func(dst, a, b []float32, s, t float32)
	slope                       func(dst, a, d []float32, s, t float32)
	descend                     func(dst, w, m, v []float32, u, e, r float32)

	fill func(dst []float32, v float32)

	sum, maxOf, minOf func(a []float32) float32
	dot               func(a, b []float32) float32
	sumColumns        func(dst, a []float32, rows, cols int)

	philoxTurn    int // number of elements that a turn of the next two makes; 0: there is none
	philoxUniform func(dst []float32, key0, key1, block, counter1, counter2, counter3 uint32, lo, scale, top float32)
	philoxNormal  func(dst []float32, key0, key1, block, counter1, counter2, counter3 uint32)
}

var genericRoutines = routines{
	add: addGeneric, sub: subGeneric, mul: mulGeneric, div: divGeneric, max: maxGeneric, min: minGeneric,
	greater: greaterGeneric, greaterOrEqual: greaterOrEqualGeneric, equal: equalGeneric,

	addScalar: addScalarGeneric, mulScalar: mulScalarGeneric, leakyRelu: leakyReluGeneric,

	neg: negGeneric, abs: absGeneric, sign: signGeneric, square: squareGeneric, sqrt: sqrtGeneric, reciprocal: reciprocalGeneric,
	exp: expGeneric, log: logGeneric, tanh: tanhGeneric, sigmoid: sigmoidGeneric, softplus: softplusGeneric, relu: reluGeneric,
	sin: sinGeneric, cos: cosGeneric,

	where: whereGeneric,

	weightedSum: weightedSumGeneric, weightedSquare: weightedSquareGeneric, slope: slopeGeneric, descend: descendGeneric,

	fill: fillGeneric,

	sum: sumGeneric, maxOf: maxOfGeneric, minOf: minOfGeneric,
	dot:        dotGeneric,
	sumColumns: sumColumnsGeneric,
}
