//go:build !noasm

package kernel

//go:generate go -C _generate run ./vector -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg kernel

var twins = [classes]routines{
	generic: genericRoutines,
	avx2: {
		add: addAVX2, sub: subAVX2, mul: mulAVX2, div: divAVX2, max: maxAVX2, min: minAVX2,
		greater: greaterAVX2, greaterOrEqual: greaterOrEqualAVX2, equal: equalAVX2,

		addScalar: addScalarAVX2, mulScalar: mulScalarAVX2, leakyRelu: leakyReluAVX2,

		neg: negAVX2, abs: absAVX2, sign: signAVX2, square: squareAVX2, sqrt: sqrtAVX2, reciprocal: reciprocalAVX2,
		exp: expAVX2, log: logAVX2, tanh: tanhAVX2, sigmoid: sigmoidAVX2, softplus: softplusAVX2, relu: reluAVX2,
		sin: sinAVX2, cos: cosAVX2,

		where: whereAVX2,

		weightedSum: weightedSumAVX2, weightedSquare: weightedSquareAVX2, slope: slopeAVX2, descend: descendAVX2,

		fill: fillAVX2,

		sum: sumAVX2, maxOf: maxOfAVX2, minOf: minOfAVX2,
		dot:        dotAVX2,
		sumColumns: sumColumnsAVX2,

		philoxTurn: 16, philoxUniform: philoxUniformAVX2, philoxNormal: philoxNormalAVX2,
	},
	avx512: {
		add: addAVX512, sub: subAVX512, mul: mulAVX512, div: divAVX512, max: maxAVX512, min: minAVX512,
		greater: greaterAVX512, greaterOrEqual: greaterOrEqualAVX512, equal: equalAVX512,

		addScalar: addScalarAVX512, mulScalar: mulScalarAVX512, leakyRelu: leakyReluAVX512,

		neg: negAVX512, abs: absAVX512, sign: signAVX512, square: squareAVX512, sqrt: sqrtAVX512, reciprocal: reciprocalAVX512,
		exp: expAVX512, log: logAVX512, tanh: tanhAVX512, sigmoid: sigmoidAVX512, softplus: softplusAVX512, relu: reluAVX512,
		sin: sinAVX512, cos: cosAVX512,

		where: whereAVX512,

		weightedSum: weightedSumAVX512, weightedSquare: weightedSquareAVX512, slope: slopeAVX512, descend: descendAVX512,

		fill: fillAVX512,

		sum: sumAVX512, maxOf: maxOfAVX512, minOf: minOfAVX512,
		dot:        dotAVX512,
		sumColumns: sumColumnsAVX512,

		philoxTurn: 32, philoxUniform: philoxUniformAVX512, philoxNormal: philoxNormalAVX512,
	},
}
