package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// eachPrecision runs f with every class and precision.
func eachPrecision(f func(p Precision)) {
	withEachClass(func() {
		for p := range Precision(precisions) {
			f(p)
		}
	})
}

// TestGemmPacked holds products with a packed operand to the bits of those that
// pack it themselves.
func TestGemmPacked(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	r := rand.New(rand.NewPCG(21, 22))
	for i, c := range gemmCases(r) {
		if i%23 != 0 && c.m*c.n*c.k < 1<<20 { // all would take long
			continue
		}
		a, b, before := c.matrices(r)
		eachPrecision(func(p Precision) {
			name := fmt.Sprintf("%s %s %v", Class(), p, c)
			packed := PackRight(p, c.transB, c.n, c.k, b.data, b.ld)
			if (packed == nil) != (c.n < 8 || c.k == 0) {
				t.Fatalf("%s: packed is %v", name, packed)
			}
			// What Gemm turns it adds to beta·C at the end, and splits the other way
			// round in BF16x3.
			if packed == nil || narrow(c.m, c.n) && (p == BF16x3 || c.beta != 0) {
				return
			}
			want := before.clone()
			pool.Gemm(p, c.transA, c.transB, c.m, c.n, c.k, c.alpha, a.data, a.ld, b.data, b.ld, c.beta, want.data, want.ld)
			for _, pool := range []*Pool{nil, pool} {
				got := before.clone()
				pool.GemmPacked(c.transA, c.m, c.alpha, a.data, a.ld, packed, c.beta, got.data, got.ld)
				sameBits(t, name, got.all, want.all)
			}
		})
	}
}

// TestConvPacked does the same with convolutions, whose packed kernel serves any
// number of images, and is not cut into tiles.
func TestConvPacked(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	ops := []struct {
		convOp
		pack   func(g *Conv, w []float32) *Packed
		direct func(p *Pool, g *Conv, v *[3]*guarded)
	}{
		{convOps[0], (*Conv).PackForward, func(p *Pool, g *Conv, v *[3]*guarded) { p.directForward(g, v[2].data, v[0].data, v[1].data) }},
		{convOps[1], (*Conv).PackInputGrad, func(p *Pool, g *Conv, v *[3]*guarded) { p.directInputGrad(g, v[0].data, v[2].data, v[1].data) }},
	}
	for _, op := range ops {
		t.Run(op.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(23, 24))
			count := 0
			for i, g := range convCases(r) {
				v := g.slices(r)
				if i%4 != 0 { // all would take long
					continue
				}
				eachPrecision(func(p Precision) {
					g := g
					g.Precision = p
					one := g
					one.N = 1
					packed := op.pack(&one, v[1].data)
					if packed == nil {
						return
					}
					count++
					want, got := *v, *v
					want[op.out], got[op.out] = v[op.out].clone(), v[op.out].clone()
					if g.filtered() {
						op.direct(pool, &g, &want)
					} else {
						op.run(pool, &g, &want)
					}
					g.Packed = packed
					op.run(pool, &g, &got)
					sameBits(t, fmt.Sprintf("%s %s %+v", Class(), p, g), got[op.out].all, want[op.out].all)
				})
			}
			if count < 50 { // of one class at least
				t.Errorf("only %d were packed", count)
			}
		})
	}
}

// TestPackedRunsAllocateNothing also shows that the weights are read where they
// were packed: they are gone.
func TestPackedRunsAllocateNothing(t *testing.T) {
	g := square(2, 8, 8, 16, 4, 2, 1)
	r := rand.New(rand.NewPCG(25, 26))
	v := g.slices(r)
	forward, back := g, g
	forward.Packed, back.Packed = g.PackForward(v[1].data), g.PackInputGrad(v[1].data)
	if forward.Packed.Bytes() < 4*len(v[1].data) {
		t.Errorf("%d bytes hold %d weights", forward.Packed.Bytes(), len(v[1].data))
	}
	w := make([]float32, len(v[1].data))
	run := func() {
		(*Pool)(nil).ConvForward(&forward, v[2].data, v[0].data, w)
		(*Pool)(nil).ConvInputGrad(&back, v[0].data, v[2].data, w)
	}
	run()
	if n := testing.AllocsPerRun(10, run); n != 0 {
		t.Errorf("%v allocations", n)
	}
	for _, x := range v[0].data {
		if x != 0 {
			return
		}
	}
	t.Error("the result is that of weights of 0")
}
