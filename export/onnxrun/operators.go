package onnxrun

import (
	"cmp"
	"math"

	"github.com/ganzoo/ganzoo/graph"
)

// operator says what an operator's nodes are made of, in the forms of opset since
// to 17. Where the form changed in between, the function looks at the opset.
type operator struct {
	since int
	build func(c *call)
}

// operators is the table of all that is supported.
var operators map[string]operator

func init() {
	type node = *graph.Node
	operators = map[string]operator{
		// Element by element.
		"Abs":             {6, both(node.Abs, integers(func(a int64) int64 { return max(a, -a) }))},
		"Acos":            {7, mapped(math.Acos)},
		"Acosh":           {9, mapped(math.Acosh)},
		"Asin":            {7, mapped(math.Asin)},
		"Asinh":           {9, mapped(math.Asinh)},
		"Atan":            {7, mapped(math.Atan)},
		"Atanh":           {9, mapped(math.Atanh)},
		"Ceil":            {6, mapped(math.Ceil)},
		"Celu":            {12, celu},
		"Clip":            {6, clip},
		"Cos":             {7, nodes(node.Cos)},
		"Cosh":            {9, mapped(math.Cosh)},
		"Elu":             {6, elu},
		"Erf":             {9, mapped(math.Erf)},
		"Exp":             {6, nodes(node.Exp)},
		"Floor":           {6, mapped(math.Floor)},
		"HardSigmoid":     {6, hardSigmoid},
		"HardSwish":       {14, hardSwish},
		"IsInf":           {10, isInf},
		"IsNaN":           {9, isNaN},
		"LeakyRelu":       {6, leakyRelu},
		"Log":             {6, nodes(node.Log)},
		"Neg":             {6, both(node.Neg, integers(func(a int64) int64 { return -a }))},
		"Not":             {1, not},
		"PRelu":           {6, prelu},
		"Reciprocal":      {6, nodes(node.Reciprocal)},
		"Relu":            {6, both(node.Relu, integers(func(a int64) int64 { return max(a, 0) }))},
		"Round":           {11, mapped(math.RoundToEven)},
		"Selu":            {6, selu},
		"Shrink":          {9, shrink},
		"Sigmoid":         {6, nodes(node.Sigmoid)},
		"Sign":            {9, both(node.Sign, integers(func(a int64) int64 { return int64(cmp.Compare(a, 0)) }))},
		"Sin":             {7, nodes(node.Sin)},
		"Sinh":            {9, mapped(math.Sinh)},
		"Softplus":        {1, nodes(node.Softplus)},
		"Softsign":        {1, nodes(func(x node) node { return x.Div(x.Abs().Add(1)) })},
		"Sqrt":            {6, nodes(node.Sqrt)},
		"Tan":             {7, mapped(math.Tan)},
		"Tanh":            {6, nodes(node.Tanh)},
		"ThresholdedRelu": {10, thresholdedRelu},

		// Of two or more, with broadcasting.
		"Add":            {6, arithmetic(node.Add, func(a, b int64) int64 { return a + b }, func(a, b float64) float64 { return a + b })},
		"Sub":            {6, arithmetic(node.Sub, func(a, b int64) int64 { return a - b }, func(a, b float64) float64 { return a - b })},
		"Mul":            {6, arithmetic(node.Mul, func(a, b int64) int64 { return a * b }, func(a, b float64) float64 { return a * b })},
		"Div":            {6, arithmetic(node.Div, divideInts, func(a, b float64) float64 { return a / b })},
		"Max":            {6, variadic(node.Max, func(a, b int64) int64 { return max(a, b) }, func(a, b float64) float64 { return max(a, b) })},
		"Min":            {6, variadic(node.Min, func(a, b int64) int64 { return min(a, b) }, func(a, b float64) float64 { return min(a, b) })},
		"Sum":            {6, variadic(node.Add, nil, func(a, b float64) float64 { return a + b })},
		"Mean":           {6, mean},
		"Mod":            {10, mod},
		"Pow":            {1, pow},
		"BitShift":       {11, bitShift},
		"And":            {7, logical(node.Mul, func(a, b bool) bool { return a && b })},
		"Or":             {7, logical(node.Max, func(a, b bool) bool { return a || b })},
		"Xor":            {7, logical(func(a node, b graph.Operand) node { return a.Sub(b).Abs() }, func(a, b bool) bool { return a != b })},
		"Equal":          {7, comparison(node.Equal, func(order int) bool { return order == 0 })},
		"Greater":        {7, comparison(node.Greater, func(order int) bool { return order > 0 })},
		"GreaterOrEqual": {12, comparison(node.GreaterOrEqual, func(order int) bool { return order >= 0 })},
		"Less":           {7, comparison(less, func(order int) bool { return order < 0 })},
		"LessOrEqual":    {12, comparison(lessOrEqual, func(order int) bool { return order <= 0 })},
		"Where":          {9, where},

		// Sums of products.
		"Gemm":          {6, gemm},
		"MatMul":        {1, matMul},
		"Conv":          {1, conv},
		"ConvTranspose": {1, convTranspose},

		// Windows and interpolation.
		"AveragePool":       {6, averagePool},
		"MaxPool":           {1, maxPool},
		"GlobalAveragePool": {1, globalPool((node).Mean)},
		"GlobalMaxPool":     {1, globalPool(globalMax)},
		"LRN":               {1, lrn},
		"Resize":            {10, resize},
		"Upsample":          {7, upsample},
		"GridSample":        {16, gridSample},

		// Normalisation.
		"BatchNormalization":        {6, batchNormalization},
		"InstanceNormalization":     {6, instanceNormalization},
		"LayerNormalization":        {17, layerNormalization},
		"LpNormalization":           {1, lpNormalization},
		"MeanVarianceNormalization": {9, meanVarianceNormalization},
		"Softmax":                   {1, softmax(node.Exp)},
		"LogSoftmax":                {1, softmax(nil)},
		"Hardmax":                   {1, hardmax},
		"Dropout":                   {7, dropout},

		// Reductions.
		"ReduceL1":        {1, reduce(reduction{in: math.Abs, step: add})},
		"ReduceL2":        {1, reduce(reduction{in: square, step: add, out: math.Sqrt})},
		"ReduceLogSum":    {1, reduce(reduction{step: add, out: math.Log})},
		"ReduceLogSumExp": {1, reduceLogSumExp},
		"ReduceMax":       {1, reduce(reduction{node: node.MaxKeep, start: math.Inf(-1), step: func(a, b float64) float64 { return max(a, b) }})},
		"ReduceMean":      {1, reduce(reduction{node: node.MeanKeep, step: add, mean: true})},
		"ReduceMin":       {1, reduce(reduction{start: math.Inf(1), step: func(a, b float64) float64 { return min(a, b) }})},
		"ReduceProd":      {1, reduce(reduction{start: 1, step: func(a, b float64) float64 { return a * b }})},
		"ReduceSum":       {1, reduce(reduction{node: node.SumKeep, step: add, axesInput: 13})},
		"ReduceSumSquare": {1, reduce(reduction{in: square, step: add})},
		"ArgMax":          {1, argExtreme(func(a, best float64) bool { return a > best })},
		"ArgMin":          {1, argExtreme(func(a, best float64) bool { return a < best })},
		"CumSum":          {11, cumSum},
		"TopK":            {10, topK},

		// Elements in other places.
		"Concat":          {4, concat},
		"DepthToSpace":    {1, depthToSpace},
		"Expand":          {8, expand},
		"Flatten":         {1, flatten},
		"Gather":          {1, gatherOp},
		"GatherElements":  {11, gatherElementsOp},
		"GatherND":        {11, gatherND},
		"Pad":             {2, pad},
		"Reshape":         {5, reshape},
		"ReverseSequence": {10, reverseSequence},
		"Scatter":         {9, scatterElements},
		"ScatterElements": {11, scatterElements},
		"ScatterND":       {11, scatterND},
		"Slice":           {1, slice},
		"SpaceToDepth":    {1, spaceToDepth},
		"Split":           {2, split},
		"Squeeze":         {1, squeeze},
		"Tile":            {6, tile},
		"Transpose":       {1, transpose},
		"Trilu":           {14, trilu},
		"Unsqueeze":       {1, unsqueeze},

		// Values from shapes, attributes and other types.
		"Cast":             {6, castOp},
		"CastLike":         {15, castLike},
		"Compress":         {9, compress},
		"Constant":         {1, constant},
		"ConstantOfShape":  {9, constantOfShape},
		"DequantizeLinear": {10, dequantizeLinear},
		"EyeLike":          {9, eyeLike},
		"Identity":         {1, identity},
		"NonZero":          {9, nonZero},
		"OneHot":           {9, oneHot},
		"QuantizeLinear":   {10, quantizeLinear},
		"Range":            {11, rangeOp},
		"Shape":            {1, shapeOp},
		"Size":             {1, sizeOp},
		"Unique":           {11, unique},

		// Losses, which exported classifiers may carry.
		"NegativeLogLikelihoodLoss": {12, negativeLogLikelihood},
		"SoftmaxCrossEntropyLoss":   {12, softmaxCrossEntropy},
	}
}
