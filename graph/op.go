package graph

// Op names what a node computes. Names and semantics are ONNX's where ONNX has
// the op.
type Op uint8

const (
	_ Op = iota // no op

	// Sources.
	OpInput
	OpConstant
	OpVariable
	OpRandomUniform
	OpRandomNormal

	// Element-wise, with NumPy broadcasting.
	OpNeg
	OpAbs
	OpSign
	OpSqrt
	OpReciprocal
	OpExp
	OpLog
	OpSin
	OpCos
	OpTanh
	OpSigmoid
	OpSoftplus
	OpRelu
	OpLeakyRelu // attribute alpha
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpMax
	OpMin
	OpGreater        // 1 or 0
	OpGreaterOrEqual // 1 or 0
	OpEqual          // 1 or 0
	OpWhere          // condition ≠ 0
	OpExpand         // broadcasting alone
	OpStopGradient   // identity that no gradient passes

	// Contractions.
	OpGemm
	OpConv
	OpConvTranspose
	OpConvWeightGrad // not in ONNX: the derivative of both convolutions by their weights

	// Reductions; reduced axes are kept with extent 1.
	OpReduceSum
	OpReduceMax

	// Layout.
	OpReshape
	OpTranspose
	OpConcat
	OpSlice

	// Lowered to the above before it runs; whole for the exporter.
	OpBatchNormalization

	OpCall // a Function of the caller's; not in ONNX

	opCount
)

var opNames = [opCount]string{
	OpInput: "Input", OpConstant: "Constant", OpVariable: "Variable",
	OpRandomUniform: "RandomUniform", OpRandomNormal: "RandomNormal",
	OpNeg: "Neg", OpAbs: "Abs", OpSign: "Sign", OpSqrt: "Sqrt", OpReciprocal: "Reciprocal",
	OpExp: "Exp", OpLog: "Log", OpSin: "Sin", OpCos: "Cos", OpTanh: "Tanh", OpSigmoid: "Sigmoid",
	OpSoftplus: "Softplus", OpRelu: "Relu", OpLeakyRelu: "LeakyRelu",
	OpAdd: "Add", OpSub: "Sub", OpMul: "Mul", OpDiv: "Div", OpMax: "Max", OpMin: "Min",
	OpGreater: "Greater", OpGreaterOrEqual: "GreaterOrEqual", OpEqual: "Equal", OpWhere: "Where",
	OpExpand: "Expand", OpStopGradient: "StopGradient",
	OpGemm: "Gemm", OpConv: "Conv", OpConvTranspose: "ConvTranspose", OpConvWeightGrad: "ConvWeightGrad",
	OpReduceSum: "ReduceSum", OpReduceMax: "ReduceMax",
	OpReshape: "Reshape", OpTranspose: "Transpose", OpConcat: "Concat", OpSlice: "Slice",
	OpBatchNormalization: "BatchNormalization", OpCall: "Call",
}

func (o Op) String() string { return opNames[o] }

// elementwise reports whether the op computes each output element from one
// element of each operand (after broadcasting).
func (o Op) elementwise() bool { return o >= OpNeg && o <= OpStopGradient }
