package graph

import (
	"fmt"
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// opCase is one op (or a small formula) on inputs of given shapes. The table
// feeds three tests: the value against the float64 reference, the first and
// second derivatives against finite differences, and the bits on several
// threads.
type opCase struct {
	name   string
	shapes []tensor.Shape
	low    float64 // the inputs are spread over low…high, away from kinks
	high   float64
	build  func(x []*Node) *Node
}

func on(shapes ...tensor.Shape) []tensor.Shape { return shapes }

var opCases = []opCase{
	{"Neg", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Neg() }},
	{"Abs", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Abs() }},
	{"Sign", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Sign().Mul(x[0]) }},
	{"Sqrt", on(tensor.Shape{3, 5}), .5, 3, func(x []*Node) *Node { return x[0].Sqrt() }},
	{"Reciprocal", on(tensor.Shape{3, 5}), .5, 3, func(x []*Node) *Node { return x[0].Reciprocal() }},
	{"Exp", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Exp() }},
	{"Log", on(tensor.Shape{3, 5}), .5, 3, func(x []*Node) *Node { return x[0].Log() }},
	{"Sin", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Sin() }},
	{"Cos", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Cos() }},
	{"Tanh", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Tanh() }},
	{"Sigmoid", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Sigmoid() }},
	{"Softplus", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Softplus() }},
	{"Relu", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Relu().Square() }},
	{"LeakyRelu", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].LeakyRelu(.2).Square() }},
	{"LeakyRelu negative slope", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].LeakyRelu(-.5).Square() }},
	{"Add", on(tensor.Shape{2, 3, 4}, tensor.Shape{3, 1}), -2, 2, func(x []*Node) *Node { return x[0].Add(x[1]).Square() }},
	{"Sub", on(tensor.Shape{4}, tensor.Shape{2, 3, 1}), -2, 2, func(x []*Node) *Node { return x[0].Sub(x[1]).Square() }},
	{"Mul", on(tensor.Shape{2, 3, 4}, tensor.Shape{2, 1, 4}), -2, 2, func(x []*Node) *Node { return x[0].Mul(x[1]) }},
	{"Mul scalar", on(tensor.Shape{2, 3}, tensor.Shape{}), -2, 2, func(x []*Node) *Node { return x[0].Mul(x[1]).Add(x[1]) }},
	{"Mul itself", on(tensor.Shape{7}), -2, 2, func(x []*Node) *Node { return x[0].Mul(x[0]) }},
	{"Div", on(tensor.Shape{2, 3}, tensor.Shape{3}), .5, 3, func(x []*Node) *Node { return x[0].Div(x[1]) }},
	{"Max", on(tensor.Shape{2, 5}, tensor.Shape{5}), -2, 2, func(x []*Node) *Node { return x[0].Max(x[1]).Square() }},
	{"Min", on(tensor.Shape{2, 5}, tensor.Shape{5}), -2, 2, func(x []*Node) *Node { return x[0].Min(x[1]).Square() }},
	{"Clip", on(tensor.Shape{12}), -2, 2, func(x []*Node) *Node { return x[0].Clip(-1, 1).Square() }},
	{"Greater", on(tensor.Shape{2, 5}, tensor.Shape{5}), -2, 2, func(x []*Node) *Node { return x[0].Greater(x[1]).Mul(x[0].Square()) }},
	{"GreaterOrEqual", on(tensor.Shape{2, 5}, tensor.Shape{5}), -2, 2, func(x []*Node) *Node { return x[0].GreaterOrEqual(x[1]).Mul(x[0].Square()) }},
	{"Equal", on(tensor.Shape{2, 5}), -2, 2, func(x []*Node) *Node { return x[0].Equal(x[0].MaxKeep(1)).Mul(x[0].Square()) }},
	{"Where", on(tensor.Shape{2, 5}, tensor.Shape{5}, tensor.Shape{2, 1}), -2, 2, func(x []*Node) *Node {
		return x[0].Greater(0).Where(x[1].Square(), x[2].Mul(x[0]))
	}},
	{"Expand", on(tensor.Shape{3, 1}), -2, 2, func(x []*Node) *Node { return x[0].Expand(2, 3, 4).Square() }},
	{"MatMul", on(tensor.Shape{3, 4}, tensor.Shape{4, 5}), -2, 2, func(x []*Node) *Node { return x[0].MatMul(x[1]) }},
	{"Gemm Aᵀ", on(tensor.Shape{4, 3}, tensor.Shape{4, 5}), -2, 2, func(x []*Node) *Node { return Gemm(x[0], x[1], true, false) }},
	{"Gemm Bᵀ", on(tensor.Shape{3, 4}, tensor.Shape{5, 4}), -2, 2, func(x []*Node) *Node { return Gemm(x[0], x[1], false, true) }},
	{"Gemm Aᵀ Bᵀ", on(tensor.Shape{4, 3}, tensor.Shape{5, 4}), -2, 2, func(x []*Node) *Node { return Gemm(x[0], x[1], true, true) }},
	{"Conv 4×4 stride 2 pad 1", on(tensor.Shape{2, 3, 6, 8}, tensor.Shape{4, 3, 4, 4}), -1, 1, func(x []*Node) *Node { return x[0].Conv(x[1], Strided(2, 1)) }},
	{"Conv leaves a row unseen", on(tensor.Shape{1, 2, 6, 7}, tensor.Shape{2, 2, 3, 3}), -1, 1, func(x []*Node) *Node { return x[0].Conv(x[1], Strided(2, 0)) }},
	{"Conv lopsided", on(tensor.Shape{1, 2, 5, 6}, tensor.Shape{3, 2, 3, 2}), -1, 1, func(x []*Node) *Node {
		return x[0].Conv(x[1], ConvAttr{StrideH: 1, StrideW: 2, PadTop: 2, PadBottom: 1, PadLeft: 0, PadRight: 1, DilationH: 2})
	}},
	{"ConvTranspose 4×4 stride 2 pad 1", on(tensor.Shape{2, 3, 3, 4}, tensor.Shape{3, 2, 4, 4}), -1, 1, func(x []*Node) *Node {
		return x[0].ConvTranspose(x[1], Strided(2, 1))
	}},
	{"ConvTranspose output padding", on(tensor.Shape{1, 2, 3, 3}, tensor.Shape{2, 2, 3, 3}), -1, 1, func(x []*Node) *Node {
		a := Strided(2, 1)
		a.OutputPaddingBottom, a.OutputPaddingRight = 1, 1
		return x[0].ConvTranspose(x[1], a)
	}},
	{"ConvWeightGrad", on(tensor.Shape{2, 2, 6, 6}, tensor.Shape{2, 3, 3, 3}), -1, 1, func(x []*Node) *Node { return ConvWeightGrad(x[0], x[1], 4, 4, Strided(2, 1)) }},
	{"Sum all", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].Sum().Square() }},
	{"Sum rows", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].Sum(1).Square() }},
	{"Sum columns", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].Sum(0).Square() }},
	{"Sum per channel", on(tensor.Shape{3, 4, 2, 5}), -2, 2, func(x []*Node) *Node { return x[0].SumKeep(0, 2, 3).Square() }},
	{"Sum of matrices", on(tensor.Shape{3, 4, 5}), -2, 2, func(x []*Node) *Node { return x[0].Sum(1).Square() }},
	{"Sum in many turns", on(tensor.Shape{2, 3, 2, 3, 2, 2}), -2, 2, func(x []*Node) *Node { return x[0].Sum(1, 3, 5).Square() }},
	{"Mean", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].Mean(-1).Square() }},
	{"Max all", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].MaxKeep().Square() }},
	{"Max rows", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].MaxKeep(1).Square() }},
	{"Max columns", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].MaxKeep(0).Square() }},
	{"LogSumExp", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].LogSumExp() }},
	{"LogSoftmax", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].LogSoftmax() }},
	{"Norms", on(tensor.Shape{3, 2, 2}), .5, 2, func(x []*Node) *Node { return x[0].Norms() }},
	{"Reshape", on(tensor.Shape{3, 4}), -2, 2, func(x []*Node) *Node { return x[0].Reshape(2, -1).Square() }},
	{"Transpose", on(tensor.Shape{2, 3, 4}), -2, 2, func(x []*Node) *Node { return x[0].Transpose(2, 0, 1).Square() }},
	{"Transpose matrix", on(tensor.Shape{5, 3}), -2, 2, func(x []*Node) *Node { return x[0].Transpose().Square() }},
	{"Concat", on(tensor.Shape{2, 3}, tensor.Shape{2, 2}), -2, 2, func(x []*Node) *Node { return Concat(1, x[0], x[1], x[0]).Square() }},
	{"Concat first axis", on(tensor.Shape{2, 3}, tensor.Shape{1, 3}), -2, 2, func(x []*Node) *Node { return Concat(0, x[0], x[1]).Square() }},
	{"Slice", on(tensor.Shape{3, 5}), -2, 2, func(x []*Node) *Node { return x[0].Slice(1, 1, 4).Square() }},
	{"Slice first axis", on(tensor.Shape{5, 3}), -2, 2, func(x []*Node) *Node { return x[0].Slice(0, 1, 3).Square() }},
	{"BatchNormalization", on(tensor.Shape{2, 3, 2, 2}, tensor.Shape{3}, tensor.Shape{3}, tensor.Shape{3}, tensor.Shape{3}), .5, 2, func(x []*Node) *Node {
		return x[0].BatchNormalization(x[1], x[2], x[3], x[4], 1e-3)
	}},
	{"gradient penalty", on(tensor.Shape{4, 3}, tensor.Shape{3, 5}, tensor.Shape{5, 1}), -1, 1, func(x []*Node) *Node {
		d := x[0].MatMul(x[1]).Tanh().MatMul(x[2])
		return Gradient(d, x[0])[0].Norms().Sub(1).Square().Mean()
	}},
	{"batch norm, training", on(tensor.Shape{4, 2, 3, 3}), -2, 2, func(x []*Node) *Node {
		centred := x[0].Sub(x[0].MeanKeep(0, 2, 3))
		return centred.Div(centred.Square().MeanKeep(0, 2, 3).Add(1e-3).Sqrt())
	}},
}

// spreadOut gives n distinct numbers over low…high in a scrambled order: no
// ties, and none on the kinks at 0 and ±1.
func spreadOut(n int, low, high float64, salt int) []float64 {
	v := make([]float64, n)
	for i := range v {
		u := math.Mod(float64(i+1)*0.6180339887498949+float64(salt)*0.377, 1) // the golden section's multiples are well spread
		v[i] = low + (high-low)*u
		for _, kink := range []float64{-1, 0, 1} {
			if math.Abs(v[i]-kink) < 0.02 {
				v[i] += 0.05
			}
		}
	}
	return v
}

// build makes the case's graph and its inputs.
func (c *opCase) make() (g *Graph, x []*Node, y *Node, inputs map[string][]float64) {
	g = New(c.name)
	inputs = map[string][]float64{}
	for i, s := range c.shapes {
		name := fmt.Sprintf("x%d", i)
		x = append(x, g.Input(name, s...))
		inputs[name] = spreadOut(s.Size(), c.low, c.high, i)
	}
	return g, x, c.build(x), inputs
}

// weighted is Σ w·n with fixed uneven weights: a scalar that every element moves.
func weighted(n *Node, salt int) *Node {
	w := tensor.New(n.shape...)
	for i, v := range spreadOut(len(w.Data), -1, 1, 7+salt) {
		w.Data[i] = float32(v)
	}
	return n.Mul(n.graph.Constant(w)).Sum()
}

// runFloat32 computes outputs with the executable.
func runFloat32(g *Graph, inputs map[string][]float64, threads int, outputs ...*Node) [][]float32 {
	for i, o := range outputs {
		g.Output(fmt.Sprintf("out%d.%d", len(g.outputs), i), o)
	}
	names, _ := g.Outputs()
	pool := kernel.NewPool(threads)
	defer pool.Close()
	e := g.MustCompile(Options{Pool: pool})
	for name, v := range inputs {
		if !e.HasInput(name) {
			continue
		}
		for i, x := range v {
			e.Input(name)[i] = float32(x)
		}
	}
	e.Run(0)
	e.Run(0) // a second run must not depend on what the first left behind
	var out [][]float32
	for _, name := range names[len(names)-len(outputs):] {
		out = append(out, e.Output(name).Clone().Data)
	}
	return out
}

// round32 keeps inputs exact in float32, so that the reference sees the same.
func round32(inputs map[string][]float64) {
	for _, v := range inputs {
		for i := range v {
			v[i] = float64(float32(v[i]))
		}
	}
}

func TestValues(t *testing.T) {
	for _, c := range opCases {
		t.Run(c.name, func(t *testing.T) {
			g, x, y, inputs := c.make()
			round32(inputs)
			first := Gradient(weighted(y, 0), x...)
			want := append([]*Node{y}, first...)
			got := runFloat32(g, inputs, 1, want...)
			ref := newReference(inputs)
			for k, n := range want {
				compare(t, n.String(), got[k], ref.value(n), 2e-5)
			}
		})
	}
}

func compare(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	largest := 1e-3
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i := range want {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= tolerance*largest) {
			t.Fatalf("%s: element %d is %g, want %g (off by %.2g of the largest value)", what, i, got[i], want[i], d/largest)
		}
	}
}

// TestDerivatives holds the first and second derivatives of every op against
// central differences of the reference, all in float64.
func TestDerivatives(t *testing.T) {
	const h = 1e-5 // with float64's 1e-16, errors of h² and 1e-16/h both stay near 1e-10
	for _, c := range opCases {
		t.Run(c.name, func(t *testing.T) {
			_, x, y, inputs := c.make()
			s := weighted(y, 0)
			first := Gradient(s, x...)
			checkSlope(t, "first", s, x, first, inputs, h)
			var bent []*Node
			for i, d := range first {
				bent = append(bent, weighted(d, i))
			}
			total := bent[0]
			for _, b := range bent[1:] {
				total = total.Add(b)
			}
			checkSlope(t, "second", total, x, Gradient(total, x...), inputs, h)
		})
	}
}

func checkSlope(t *testing.T, order string, s *Node, x, slope []*Node, inputs map[string][]float64, h float64) {
	t.Helper()
	ref := newReference(inputs)
	for k, d := range slope {
		if !d.shape.Equal(x[k].shape) {
			t.Fatalf("%s derivative by x%d has shape %v, want %v", order, k, d.shape, x[k].shape)
		}
		got := ref.value(d)
		v := inputs[x[k].name]
		for i := range v {
			at := v[i]
			v[i] = at + h
			up := newReference(inputs).value(s)[0]
			v[i] = at - h
			down := newReference(inputs).value(s)[0]
			v[i] = at
			want := (up - down) / (2 * h)
			if math.Abs(got[i]-want) > 1e-6*(1+math.Abs(want)) {
				t.Fatalf("%s derivative by x%d[%d] is %g, finite differences give %g", order, k, i, got[i], want)
			}
		}
	}
}

// TestThreadsKeepBits runs every case on one, two and three threads.
func TestThreadsKeepBits(t *testing.T) {
	for _, c := range opCases {
		var first [][]float32
		for threads := 1; threads <= 3; threads++ {
			g, x, y, inputs := c.make()
			got := runFloat32(g, inputs, threads, append([]*Node{y}, Gradient(weighted(y, 0), x...)...)...)
			if first == nil {
				first = got
				continue
			}
			for k := range got {
				for i := range got[k] {
					if math.Float32bits(got[k][i]) != math.Float32bits(first[k][i]) {
						t.Fatalf("%s: result %d differs between 1 and %d threads", c.name, k, threads)
					}
				}
			}
		}
	}
}
