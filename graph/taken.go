package graph

import (
	"slices"
	"sync"

	"github.com/ganzoo/ganzoo/tensor"
)

// The gradient by a dense layer's weight is a matrix product as large as the
// weight, made of much smaller operands, and all that an optimiser wants of it is
// each element once. So the optimiser's walk takes it a block at a time as it is
// computed, from the cache: it is written to memory and read from there no more.

// leastTaken is the number of elements below which a product stays in the cache
// anyway.
const leastTaken = 1 << 20

// takeProducts gives products to the walks that alone use them.
func takeProducts(units []*unit, roots []*Node) []*unit {
	if !tensor.OwnGemm() {
		return units
	}
	users := map[*Node][]*unit{}
	for _, u := range units {
		for _, n := range u.nodes {
			for _, x := range n.in {
				h, _ := x.home()
				if h != x {
					users[h] = append(users[h], nil) // a view is no block
				}
				if !slices.Contains(users[h], u) {
					users[h] = append(users[h], u)
				}
			}
		}
	}
	for _, r := range roots {
		h, _ := r.home()
		users[h] = append(users[h], nil)
	}
	taken := map[*Node]bool{}
	for _, u := range units {
		if n := u.nodes[0]; n.takeable() && len(users[n]) == 1 {
			if user := users[n][0]; user != nil && user.fused() && user.product == nil && user.nodes[0].shape.Equal(n.shape) {
				user.product = n
				taken[n] = true
			}
		}
	}
	return slices.DeleteFunc(units, func(u *unit) bool { return taken[u.nodes[0]] })
}

// takeable reports whether n is a product that is worth taking: large, and of
// operands that are small beside it.
func (n *Node) takeable() bool {
	if n.op != OpGemm || n.shape.Size() < leastTaken {
		return false
	}
	operands := n.in[0].shape.Size() + n.in[1].shape.Size()
	return 0 < operands && 2*operands <= n.shape.Size()
}

// reads reports whether x is an operand of n, also by a view.
func (n *Node) reads(x *Node) bool {
	return slices.ContainsFunc(n.in, func(y *Node) bool {
		h, _ := y.home()
		return h == x
	})
}

// takenProduct runs a walk on the blocks of a product. It is their kernel.Taker.
type takenProduct struct {
	*walk
	gemm   *gemmRunner
	beside [][]float32 // what the walk reads or writes

	mu   sync.Mutex
	idle []*frame // of threads that are not in the walk
}

func newTakenProduct(u *unit, pl *plan, threads int) *takenProduct {
	t := &takenProduct{walk: newWalk(u, pl, 1), gemm: newGemm(u.product, pl)}
	for _, s := range t.slots {
		same := func(values []float32) bool { return &values[0] == &s.stream[0] }
		if s.stream != nil && !slices.ContainsFunc(t.beside, same) {
			t.beside = append(t.beside, s.stream)
		}
	}
	t.idle = append(t.idle, &t.frames[0])
	for len(t.idle) < threads {
		f := t.newFrame()
		t.idle = append(t.idle, &f)
	}
	return t
}

func (t *takenProduct) run(e *Executable, _ uint64) {
	g := t.gemm
	e.pool.GemmTaken(e.rounded, g.transA, g.transB, g.m, g.n, g.k, g.a, g.lda, g.b, g.ldb, t)
}

// Take runs the walk on a block of the product.
func (t *takenProduct) Take(block []float32, ld, i, rows, j, cols int) {
	f := t.frame()
	t.prepare(f)
	for r := range rows {
		for done := 0; done < cols; done += t.block {
			n := min(t.block, cols-done)
			t.do(f, (i+r)*t.gemm.n+j+done, n, block[r*ld+done:])
		}
	}
	t.mu.Lock()
	t.idle = append(t.idle, f)
	t.mu.Unlock()
}

// Beside returns the values that the walk reads or writes.
func (t *takenProduct) Beside() [][]float32 { return t.beside }

func (t *takenProduct) frame() *frame {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := len(t.idle) - 1
	f := t.idle[last]
	t.idle = t.idle[:last]
	return f
}
