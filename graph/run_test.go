package graph

import (
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// TestRandomGraphs holds whole executables (passes, walks, storage plan,
// assignments in place) against the reference on graphs made at random, over
// several runs, so that a value overwritten too early shows.
func TestRandomGraphs(t *testing.T) {
	for seed := range int64(300) {
		random := rand.New(rand.NewSource(seed))
		g := New(fmt.Sprintf("random %d", seed))
		const rows, cols = 6, 70
		shapes := []tensor.Shape{{rows, cols}, {rows, 1}, {cols}, {}, {1, cols}}
		var nodes []*Node
		var variables []*Variable
		inputs := map[string][]float64{}
		for i, s := range shapes {
			x := g.Input(fmt.Sprintf("x%d", i), s...)
			inputs[x.name] = spreadOut(s.Size(), -1, 1, int(seed)+i)
			v := NewVariable(fmt.Sprintf("v%d", i), true, s...)
			for j, u := range spreadOut(s.Size(), -1, 1, int(seed)+10+i) {
				v.Value.Data[j] = float32(u)
			}
			variables = append(variables, v)
			nodes = append(nodes, x, g.Variable(v))
		}
		round32(inputs)
		for range 40 {
			nodes = append(nodes, randomNode(random, g, nodes))
		}
		state := map[*Variable][]float64{}
		for _, v := range variables {
			state[v] = widen(v.Value.Data)
			for _, i := range random.Perm(len(nodes)) {
				if nodes[i].shape.Equal(v.Value.Shape) {
					// Halved, so that values stay near 1 over the runs.
					g.Assign(v, nodes[i].Mul(0.5))
					break
				}
			}
		}
		for i := range 3 {
			g.Output(fmt.Sprintf("y%d", i), nodes[len(nodes)-1-i])
		}

		pool := kernel.NewPool(1 + int(seed%3))
		e := g.MustCompile(Options{Pool: pool})
		for name, v := range inputs {
			if e.HasInput(name) {
				for i, x := range v {
					e.Input(name)[i] = float32(x)
				}
			}
		}
		for run := range 3 {
			ref := newReference(inputs)
			for v, values := range state {
				ref.known[g.Variable(v)] = values
			}
			e.Run(uint64(run))
			for i := range 3 {
				compare(t, fmt.Sprintf("%s, run %d, y%d", g.name, run, i), e.Output(fmt.Sprintf("y%d", i)).Data, ref.value(nodes[len(nodes)-1-i]), 1e-4)
			}
			next := map[*Variable][]float64{}
			for _, a := range g.assignments {
				compare(t, fmt.Sprintf("%s, run %d, %s", g.name, run, a.variable.Name), a.variable.Value.Data, ref.value(a.node), 1e-4)
				next[a.variable] = widen(a.variable.Value.Data) // go on from the same numbers
			}
			state = next
		}
		pool.Close()
	}
}

func widen(v []float32) []float64 {
	w := make([]float64, len(v))
	for i, x := range v {
		w[i] = float64(x)
	}
	return w
}

// weights are what the products of random graphs share.
var weights = NewVariable("weights", true, 70, 70)

func init() {
	for i, v := range spreadOut(len(weights.Value.Data), -1, 1, 21) {
		weights.Value.Data[i] = float32(v)
	}
}

// randomNode adds one op on nodes chosen at random, kept within a few shapes
// and near 1.
func randomNode(r *rand.Rand, g *Graph, nodes []*Node) *Node {
	pick := func() *Node { return nodes[r.Intn(len(nodes))] }
	small := func(n *Node) bool { return n.shape.Size() <= 6*70 && len(n.shape) <= 2 }
	for {
		a, b := pick(), pick()
		var n *Node
		err := Catch(func() {
			switch r.Intn(15) {
			case 0, 1:
				n = a.Add(b).Mul(0.5)
			case 2:
				n = a.Mul(b)
			case 3:
				n = a.Sub(b).Tanh()
			case 4:
				n = a.Sigmoid()
			case 5:
				n = a.LeakyRelu(0.2)
			case 6:
				n = a.MeanKeep(len(a.shape) - 1)
			case 7:
				n = a.MeanKeep(0)
			case 8:
				n = a.Square().Mean()
			case 9:
				n = a.Reshape(-1).Slice(0, 0, min(70, a.shape.Size())).Reshape(-1)
			case 10:
				n = Gemm(a, a, false, true).MatMul(a).Mul(0.002)
			case 11:
				n = a.Greater(b).Where(a, b)
			case 12, 13: // several such share their weights
				n = a.MatMul(g.Variable(weights)).Mul(0.1)
			case 14: // a sum over two batches
				n = Gemm(a, b, true, false).Add(Gemm(pick(), pick(), true, false)).MeanKeep(0).Mul(0.1)
			}
		})
		if err == nil && n != nil && small(n) {
			return n
		}
	}
}

// trainingStep is a small network with its optimiser, as a step looks like.
func trainingStep(pool *kernel.Pool) *Executable {
	g := New("training step")
	x := g.Input("x", 16, 1, 12, 12)
	image, flat := NewVariable("conv", true, 4, 1, 4, 4), NewVariable("dense", true, 144, 3)
	for _, v := range []*Variable{image, flat} {
		for i, u := range spreadOut(len(v.Value.Data), -.1, .1, 3) {
			v.Value.Data[i] = float32(u)
		}
	}
	h := x.Conv(g.Variable(image), Strided(2, 1)).LeakyRelu(.2).PerExample()
	noise := g.Normal("noise", 16, 144)
	y := h.Add(noise.Mul(.01)).MatMul(g.Variable(flat))
	loss := y.LogSoftmax().Neg().Mean()
	g.Output("loss", loss)
	for i, d := range Gradient(loss, g.Variable(image), g.Variable(flat)) {
		v := []*Variable{image, flat}[i]
		m := NewVariable(v.Name+".m", false, v.Value.Shape...)
		next := g.Variable(m).Mul(.9).Add(d.Mul(.1))
		g.Assign(m, next)
		g.Assign(v, g.Variable(v).Sub(next.Mul(.01)))
	}
	e := g.MustCompile(Options{Pool: pool, Seed: 1})
	for i, v := range spreadOut(len(e.Input("x")), -1, 1, 5) {
		e.Input("x")[i] = float32(v)
	}
	return e
}

func TestRunAllocatesNothing(t *testing.T) {
	pool := kernel.NewPool(2)
	defer pool.Close()
	e := trainingStep(pool)
	counter := uint64(0)
	e.Run(counter)
	if n := testing.AllocsPerRun(50, func() { counter++; e.Run(counter) }); n != 0 {
		t.Errorf("a run made %v allocations", n)
	}
	if len(e.copies) != 0 {
		t.Errorf("%d assignments are copied, all could be made in place", len(e.copies))
	}
}

func TestRandomNodesDependOnSeedAndCounterAlone(t *testing.T) {
	draw := func(seed, counter uint64, threads int) []float32 {
		g := New("noise")
		g.Output("y", Concat(0, g.Normal("n", 20000), g.Uniform("u", -1, 1, 20000)))
		pool := kernel.NewPool(threads)
		defer pool.Close()
		e := g.MustCompile(Options{Pool: pool, Seed: seed})
		e.Run(counter)
		return e.Output("y").Clone().Data
	}
	same := func(a, b []float32) bool {
		for i := range a {
			if a[i] != b[i] {
				return false
			}
		}
		return true
	}
	base := draw(1, 1, 1)
	if !same(base, draw(1, 1, 2)) {
		t.Error("the draw depends on the threads")
	}
	if same(base, draw(2, 1, 1)) || same(base, draw(1, 2, 1)) {
		t.Error("the draw does not depend on the seed or the counter")
	}
}

func TestAssignmentsSeeOldValues(t *testing.T) {
	a, b := NewVariable("a", false, 3), NewVariable("b", false, 3)
	copy(a.Value.Data, []float32{1, 2, 3})
	copy(b.Value.Data, []float32{4, 5, 6})
	g := New("swap")
	g.Assign(a, g.Variable(b))
	g.Assign(b, g.Variable(a))
	g.Output("sum", g.Variable(a).Add(g.Variable(b)))
	g.Output("a before", g.Variable(a))
	e := g.MustCompile(Options{})
	e.Run(0)
	for i, want := range []float32{4, 5, 6} {
		if a.Value.Data[i] != want || b.Value.Data[i] != want-3 || e.Output("a before").Data[i] != want-3 || e.Output("sum").Data[i] != 2*want-3 {
			t.Fatalf("a %v, b %v, a before %v, sum %v", a.Value.Data, b.Value.Data, e.Output("a before").Data, e.Output("sum").Data)
		}
	}
}

func TestGradientStopsAndMisses(t *testing.T) {
	g := New("stop")
	x, z := g.Input("x", 3), g.Input("z", 2)
	y := x.StopGradient().Mul(x).Sum()
	d := Gradient(y, x, z)
	ref := newReference(map[string][]float64{"x": {1, 2, 3}, "z": {0, 0}})
	if got := ref.value(d[0]); got[0] != 1 || got[1] != 2 || got[2] != 3 {
		t.Errorf("the stopped factor counts: %v", got)
	}
	if got := ref.value(d[1]); !d[1].shape.Equal(z.shape) || got[0] != 0 {
		t.Errorf("the derivative by what y does not depend on is %v, shape %v", got, d[1].shape)
	}
}

// TestBuildErrors: a misuse names the op, the shapes and the line that asked.
func TestBuildErrors(t *testing.T) {
	cases := []struct {
		name  string
		want  string
		build func(g *Graph, x *Node)
	}{
		{"broadcast", "Add(4×3, 5)", func(g *Graph, x *Node) { x.Add(g.Input("b", 5)) }},
		{"inner extents", "3 and 4 differ", func(g *Graph, x *Node) { x.MatMul(x) }},
		{"rank", "must be matrices", func(g *Graph, x *Node) { x.MatMul(g.Input("v", 3)) }},
		{"reshape", "do not fill", func(g *Graph, x *Node) { x.Reshape(5, -1) }},
		{"two open extents", "cannot take", func(g *Graph, x *Node) { x.Reshape(-1, -1) }},
		{"axis", "no axis 2", func(g *Graph, x *Node) { x.Sum(2) }},
		{"slice", "cannot take", func(g *Graph, x *Node) { x.Slice(0, 2, 5) }},
		{"concat", "differ along axis 0", func(g *Graph, x *Node) { Concat(1, x, g.Input("b", 5, 3)) }},
		{"permutation", "no permutation", func(g *Graph, x *Node) { x.Transpose(0, 0) }},
		{"expand", "cannot expand", func(g *Graph, x *Node) { x.Expand(4, 5) }},
		{"empty", "below 1", func(g *Graph, x *Node) { g.Input("e", 0, 3) }},
		{"twice", "already", func(g *Graph, x *Node) { g.Input("x", 1) }},
		{"foreign", "belongs to graph", func(g *Graph, x *Node) { x.Add(New("other").Input("y", 4, 3)) }},
		{"operand type", "want a *graph.Node or a number", func(g *Graph, x *Node) { x.Add("1") }},
		{"conv channels", "3 channels and the kernel 2", func(g *Graph, x *Node) {
			g.Input("i", 1, 3, 8, 8).Conv(g.Input("w", 4, 2, 3, 3), Strided(1, 1))
		}},
		{"conv kernel", "larger than the padded image", func(g *Graph, x *Node) {
			g.Input("i", 1, 1, 2, 2).Conv(g.Input("w", 1, 1, 5, 5), Strided(1, 0))
		}},
		{"assign", "cannot assign", func(g *Graph, x *Node) { g.Assign(NewVariable("v", true, 2), x) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := New("bad")
			err := Catch(func() { c.build(g, g.Input("x", 4, 3)) })
			if err == nil {
				t.Fatal("the misuse passed")
			}
			for _, part := range []string{c.want, `graph "bad"`, "run_test.go:"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// TestPassesShrinkTheGraph looks at what the passes are for.
func TestPassesShrinkTheGraph(t *testing.T) {
	steps := func(build func(g *Graph, x *Node) *Node) []string {
		g := New("passes")
		g.Output("y", build(g, g.Input("x", 8, 8)))
		e := g.MustCompile(Options{})
		var ops []string
		for _, s := range e.steps {
			ops = append(ops, s.op)
		}
		return ops
	}
	cases := []struct {
		name  string
		want  string
		build func(g *Graph, x *Node) *Node
	}{
		{"equal computations are shared", "Gemm;Mul", func(g *Graph, x *Node) *Node { return x.MatMul(x).Mul(x.MatMul(x)) }},
		{"constants are folded", "Add", func(g *Graph, x *Node) *Node {
			return x.Add(g.Scalar(2).Sqrt().Mul(3).Exp())
		}},
		{"chains are one walk", "Add+Tanh+Mul+Exp", func(g *Graph, x *Node) *Node { return x.Add(1).Tanh().Mul(x).Exp() }},
		{"times one is nothing", "Exp", func(g *Graph, x *Node) *Node { return x.Mul(1).Add(0).Neg().Neg().Exp() }},
		{"a reshape is a view", "Gemm;ReduceSum", func(g *Graph, x *Node) *Node { return x.MatMul(x).Reshape(64).Sum() }},
		{"products by one matrix are joined", "Exp;Concat;Gemm;Mul", func(g *Graph, x *Node) *Node {
			w := g.Variable(weights).Slice(0, 0, 8)
			return x.MatMul(w).Mul(x.Exp().MatMul(w))
		}},
		{"their chains too", "Slice;Neg+Exp;Concat;Gemm;Tanh;Tanh;Concat;Gemm;Mul", func(g *Graph, x *Node) *Node {
			w := g.Variable(weights).Slice(0, 0, 8).Slice(1, 0, 8)
			f := func(x *Node) *Node { return x.MatMul(w).Tanh().MatMul(w) }
			return f(x.Neg()).Mul(f(x.Exp()))
		}},
		{"sums of products are one product", "Exp;Concat;Concat;Gemm", func(g *Graph, x *Node) *Node {
			return Gemm(x, x.Exp(), true, false).Add(Gemm(x.Exp(), x, true, false))
		}},
		{"a walk does not cross a product", "Exp;Gemm;Mul", func(g *Graph, x *Node) *Node {
			e := x.Exp()
			return e.MatMul(x).Mul(e)
		}},
	}
	for _, c := range cases {
		if got := strings.Join(steps(c.build), ";"); got != c.want {
			t.Errorf("%s: the steps are %s, want %s", c.name, got, c.want)
		}
	}
}

func TestCompileNeedsResults(t *testing.T) {
	g := New("nothing")
	g.Input("x", 1)
	if _, err := g.Compile(Options{}); err == nil {
		t.Error("a graph without results compiled")
	}
}

func TestNaNPassesThrough(t *testing.T) {
	g := New("nan")
	x := g.Input("x", 3)
	g.Output("y", x.Mul(0).Add(1).Exp().Sum())
	e := g.MustCompile(Options{})
	copy(e.Input("x"), []float32{1, float32(math.NaN()), 2})
	e.Run(0)
	if y := e.Output("y").Data[0]; y == y {
		t.Errorf("a NaN was lost: %v", y)
	}
}
