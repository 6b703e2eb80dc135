package graph

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRowsOfConcats: values in several Concats that overlap lie in one place, and those
// that cannot are copied. Letters are values of two rows.
func TestRowsOfConcats(t *testing.T) {
	for _, tc := range []struct {
		name    string
		concats []string
		copied  int
	}{
		{"one", []string{"abc"}, 0},
		{"another end", []string{"abc", "bcd"}, 0},
		{"another beginning", []string{"bcd", "abc"}, 0},
		{"at both ends", []string{"bc", "abcd"}, 0},
		{"within", []string{"abcd", "bc"}, 0},
		{"the same", []string{"abc", "abc"}, 0},
		{"a chain", []string{"ab", "bc", "cd", "abcd"}, 0},
		{"another order", []string{"abc", "acb"}, 3},
		{"another neighbour", []string{"abc", "abd"}, 2},
		{"one that is elsewhere", []string{"ab", "cd", "bc"}, 1},
		{"twice", []string{"aab"}, 1},
		{"twice and once", []string{"aab", "ab"}, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := New(tc.name)
			const columns = 3
			values := map[rune]*Node{}
			for _, letter := range "abcd" {
				values[letter] = g.Input(string(letter), 2, columns).Abs()
			}
			for i, letters := range tc.concats {
				var in []*Node
				for _, letter := range letters {
					x := values[letter]
					if i%2 == 1 { // seen by another shape
						x = x.Reshape(1, 2, columns)
					}
					in = append(in, x)
				}
				g.Output(letters+string(rune('0'+i)), Concat(0, in...).Square())
			}
			e := g.MustCompile(Options{})
			for i, letter := range "abcd" {
				if !e.HasInput(string(letter)) {
					continue
				}
				for j := range e.Input(string(letter)) {
					e.Input(string(letter))[j] = -float32(6*i + j)
				}
			}
			for range 2 {
				e.Run(0)
				for i, letters := range tc.concats {
					var want []float32
					for _, letter := range letters {
						for j := range 2 * columns {
							x := float32(6*int(letter-'a') + j)
							want = append(want, x*x)
						}
					}
					if diff := cmp.Diff(want, e.Output(letters+string(rune('0'+i))).Data); diff != "" {
						t.Errorf("%s: %s", letters, diff)
					}
				}
			}
			copied := 0
			for _, s := range e.steps {
				if p, ok := s.runner.(*pieces); ok {
					copied += len(*p)
				}
			}
			if copied != tc.copied {
				t.Errorf("%d values are copied, want %d", copied, tc.copied)
			}
		})
	}
}

// TestRowsReadTogether: a walk that reads values of one tape may not leave its result
// in the place of one of them.
func TestRowsReadTogether(t *testing.T) {
	for name, build := range map[string]func(a, b, c, abc, bcd *Node) *Node{
		"windows":                 func(_, _, _, abc, bcd *Node) *Node { return abc.Sub(bcd) },
		"the other way round":     func(_, _, _, abc, bcd *Node) *Node { return bcd.Sub(abc) },
		"its first row":           func(a, _, _, abc, _ *Node) *Node { return abc.Sub(a) },
		"a row between":           func(_, b, _, abc, _ *Node) *Node { return abc.Sub(b) },
		"its last row":            func(_, _, c, abc, _ *Node) *Node { return abc.Sub(c) },
		"results that are stored": func(a, _, _, abc, bcd *Node) *Node { return Concat(0, abc.Sub(a), abc.Mul(bcd)) },
	} {
		t.Run(name, func(t *testing.T) {
			const columns = 5000 // more than a block of a walk
			for _, threads := range []int{1, 3} {
				g := New(name)
				inputs, v := map[string][]float64{}, map[string]*Node{}
				for i, letter := range []string{"a", "b", "c", "d"} {
					inputs[letter] = spreadOut(columns, -1, 1, i+1)
					v[letter] = g.Input(letter, 1, columns).Tanh()
				}
				round32(inputs)
				abc, bcd := Concat(0, v["a"], v["b"], v["c"]), Concat(0, v["b"], v["c"], v["d"])
				y := build(v["a"], v["b"], v["c"], abc, bcd)
				want := newReference(inputs).value(y)
				compare(t, name, runFloat32(g, inputs, threads, y)[0], want, 1e-5)
			}
		})
	}
}

// TestLongChainsOfConcats: windows that slide over many values are copied rather than
// that all of the values live until the end.
func TestLongChainsOfConcats(t *testing.T) {
	const columns, length = 4096, 100
	g := New("chain")
	h := g.Input("a", 1, columns)
	var values []*Node
	sum := g.Scalar(0)
	for i := range length {
		h = h.Tanh().Transpose(1, 0).Mul(0.5).Transpose(1, 0)
		values = append(values, h.Sin())
		if i >= 2 {
			sum = sum.Add(Concat(0, values[i-2:]...).Transpose(1, 0).Square().Sum())
		}
	}
	g.Output("sum", sum)
	if got, most := g.MustCompile(Options{}).Bytes(), 4*columns*4*20; got > most {
		t.Errorf("%d bytes for windows of three values of %d, want at most %d", got, 4*columns, most)
	}
}

// TestRowsOfAnyConcats evaluates random graphs of Concats, products and views of each
// other, which the reference computes without any plan.
func TestRowsOfAnyConcats(t *testing.T) {
	const columns = 4
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 51))
		g := New("rows")
		inputs := map[string][]float64{
			"a": spreadOut(2*columns, -1, 1, int(seed)), "b": spreadOut(3*columns, -1, 1, int(seed)+1),
			"w": spreadOut(columns*columns, -0.5, 0.5, int(seed)+2),
		}
		round32(inputs)
		w := g.Input("w", columns, columns)
		nodes := []*Node{g.Input("a", 2, columns), g.Input("b", 3, columns)}
		any := func() *Node { return nodes[r.IntN(len(nodes))] }
		for range 14 {
			x := any()
			rows := x.Shape()[0]
			switch r.IntN(6) {
			case 0:
				x = x.Mul(0.5).Add(0.25)
			case 1:
				x = x.Tanh()
			case 2:
				x = Gemm(x, w, false, false)
			case 3:
				x = x.Slice(0, r.IntN(rows), rows)
			case 4, 5:
				x = Concat(0, x, any(), any())
			}
			if x.Shape()[0] <= 64 {
				nodes = append(nodes, x)
			}
		}
		results := []*Node{any(), any(), nodes[len(nodes)-1]}
		got := runFloat32(g, inputs, 1+int(seed%2), results...)
		for i, y := range results {
			compare(t, y.String(), got[i], newReference(inputs).value(y), 1e-5)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
