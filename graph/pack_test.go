package graph

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// TestPack compares runs that read packed constants with those that do not, for
// every op that has one, and counts what is packed.
func TestPack(t *testing.T) {
	constant := func(g *Graph, shape ...int) *Node {
		x := tensor.New(shape...)
		tensor.NewStream(1, "constant", 0).Uniform(x.Data, -1, 1)
		return g.Constant(x)
	}
	const weights = 32 * 64
	cases := []struct {
		name  string
		packs int // of the weights
		build func(g *Graph, x *Node) *Node
	}{
		{"MatMul", 1, func(g *Graph, x *Node) *Node { return x.Reshape(4, 32).MatMul(constant(g, 32, 64)) }},
		{"Gemm", 1, func(g *Graph, x *Node) *Node { return Gemm(x.Reshape(4, 32), constant(g, 64, 32), false, true) }},
		{"view", 1, func(g *Graph, x *Node) *Node { return x.Reshape(4, 32).MatMul(constant(g, 64, 32).Reshape(32, 64)) }},
		{"left", 0, func(g *Graph, x *Node) *Node { return constant(g, 64, 32).MatMul(x.Reshape(32, 4)) }},
		{"small", 0, func(g *Graph, x *Node) *Node { return x.Reshape(4, 32).MatMul(constant(g, 32, 16)) }},
		{"variable", 0, func(g *Graph, x *Node) *Node {
			return x.Reshape(4, 32).MatMul(g.Variable(NewVariable("w", true, 32, 64)))
		}},
		{"Conv", 1, func(g *Graph, x *Node) *Node { return x.Conv(constant(g, 64, 2, 4, 4), Strided(2, 1)) }},
		{"ConvTranspose", 1, func(g *Graph, x *Node) *Node { return x.ConvTranspose(constant(g, 2, 64, 4, 4), Strided(2, 1)) }},
		{"dense ConvTranspose", 1, func(g *Graph, x *Node) *Node {
			return x.Reshape(1, 32*4, 1, 1).Slice(1, 0, 2).ConvTranspose(constant(g, 2, 64, 4, 4), ConvAttr{})
		}},
		{"both", 1, func(g *Graph, x *Node) *Node { // one constant, read twice
			w := constant(g, 32, 64)
			return x.Reshape(4, 32).MatMul(w).Add(x.Reshape(4, 32).Neg().MatMul(w))
		}},
		{"two ways", 2, func(g *Graph, x *Node) *Node {
			w := constant(g, 32, 64)
			return Gemm(x.Reshape(4, 32).MatMul(w), w, false, true)
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := New(c.name)
			g.Output("y", c.build(g, g.Input("x", 1, 2, 8, 8)))
			e := g.MustCompile(Options{})
			tensor.NewStream(2, "x", 0).Uniform(e.Input("x"), -1, 1)
			e.Run(0)
			want := slices.Clone(e.Output("y").Data)
			packs := &Packs{MaxBytes: 1 << 20}
			e.Pack(packs)
			if packs.Bytes() != c.packs*4*weights {
				t.Errorf("%d bytes are packed; want %d times %d", packs.Bytes(), c.packs, 4*weights)
			}
			e.Run(0)
			if !slices.Equal(e.Output("y").Data, want) {
				t.Error("the result has other bits")
			}
			if n := testing.AllocsPerRun(10, func() { e.Run(0) }); n != 0 {
				t.Errorf("a run makes %v allocations", n)
			}

			rounded := g.MustCompile(Options{Precision: kernel.BF16})
			none := &Packs{MaxBytes: 1 << 20}
			rounded.Pack(none)
			narrow := &Packs{MaxBytes: 4 * weights}
			e.Pack(narrow)
			if none.Bytes()+narrow.Bytes() != 0 {
				t.Error("something is packed in bfloat16, or where there is no room")
			}
		})
	}
}
