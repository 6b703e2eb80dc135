package operator

import "github.com/ganzoo/ganzoo/graph"

// table gives each operator the function that builds it.
var table map[string]func(u *use) Value

func init() {
	table = map[string]func(u *use) Value{
		"Abs":        unary((*graph.Node).Abs),
		"Cos":        unary((*graph.Node).Cos),
		"Exp":        unary((*graph.Node).Exp),
		"Log":        unary((*graph.Node).Log),
		"Neg":        unary((*graph.Node).Neg),
		"Reciprocal": unary((*graph.Node).Reciprocal),
		"Relu":       unary((*graph.Node).Relu),
		"Sigmoid":    unary((*graph.Node).Sigmoid),
		"Sign":       unary((*graph.Node).Sign),
		"Sin":        unary((*graph.Node).Sin),
		"Softplus":   unary((*graph.Node).Softplus),
		"Sqrt":       unary((*graph.Node).Sqrt),
		"Tanh":       unary((*graph.Node).Tanh),
		"LeakyRelu":  leakyRelu,
		"LogSoftmax": logSoftmax,
		"Softmax":    softmax,

		"Add": binary((*graph.Node).Add),
		"Sub": binary((*graph.Node).Sub),
		"Mul": binary((*graph.Node).Mul),
		"Div": binary((*graph.Node).Div),
		"Max": variadic((*graph.Node).Max),
		"Min": variadic((*graph.Node).Min),
		"Sum": variadic((*graph.Node).Add),

		"Equal":          binary((*graph.Node).Equal),
		"Greater":        binary((*graph.Node).Greater),
		"GreaterOrEqual": binary((*graph.Node).GreaterOrEqual),
		"Cast":           cast,
		"Where":          where,
		"Clip":           clip,

		"Gemm":               gemm,
		"MatMul":             matMul,
		"Conv":               conv,
		"ConvTranspose":      convTranspose,
		"BatchNormalization": batchNormalization,

		"ReduceMax":  reduce((*graph.Node).MaxKeep),
		"ReduceMean": reduce((*graph.Node).MeanKeep),
		"ReduceSum":  reduce((*graph.Node).SumKeep),

		"Concat":    concat,
		"Expand":    expand,
		"Flatten":   flatten,
		"Reshape":   reshape,
		"Slice":     slice,
		"Squeeze":   squeeze,
		"Transpose": transpose,
		"Unsqueeze": unsqueeze,

		"Constant": constant,
		"Dropout":  dropout,
		"Identity": identity,
	}
}
