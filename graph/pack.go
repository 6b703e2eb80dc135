package graph

import (
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Packs are the constants that matrix products and convolutions multiply with,
// packed once for their kernels instead of at each run. Executables that compute
// with the same constants share them, whatever their batch.
type Packs struct {
	MaxBytes int // of all packs together; what does not fit is packed at each run

	bytes int
	made  map[packKey]*kernel.Packed
}

// leastPacked is the number of elements below which a pack gains nothing.
const leastPacked = 1 << 10

// packKey tells which constant is packed and how: as the right operand of a
// product, or as the kernel of a convolution for any batch.
type packKey struct {
	data   *float32
	op     Op
	transB bool
	n, k   int
	conv   kernel.Conv
}

// Bytes returns the memory that the packs take.
func (p *Packs) Bytes() int { return p.bytes }

// find returns the pack of size elements of a constant, made when it is first
// asked for: nil where there is no room for it or it does not pay.
func (p *Packs) find(key packKey, size int, pack func() *kernel.Packed) *kernel.Packed {
	if made, ok := p.made[key]; ok {
		return made
	}
	// Rows are rounded up to vectors that they fill at least half.
	if size < leastPacked || 2*4*size > p.MaxBytes-p.bytes {
		return nil
	}
	made := pack()
	if p.made == nil {
		p.made = map[packKey]*kernel.Packed{}
	}
	p.made[key] = made
	if made != nil {
		p.bytes += made.Bytes()
	}
	return made
}

// packer is a runner that may multiply with a constant.
type packer interface {
	pack(p *Packs)
}

// Pack makes the runs that follow read packed constants, as far as p has room
// for them. The results stay the same to the bit. It comes after a first run, and
// does nothing where operands are rounded.
func (e *Executable) Pack(p *Packs) {
	if e.rounded != kernel.Float32 {
		return
	}
	for _, s := range e.steps {
		if r, ok := s.runner.(packer); ok {
			r.pack(p)
		}
	}
}

func (r *gemmRunner) pack(p *Packs) {
	if !r.constant || !tensor.OwnGemm() {
		return
	}
	key := packKey{data: &r.b[0], op: OpGemm, transB: r.transB, n: r.n, k: r.k}
	r.packed = p.find(key, len(r.b), func() *kernel.Packed {
		return kernel.PackRight(kernel.Float32, r.transB, r.n, r.k, r.b, r.ldb)
	})
}

func (r *convRunner) pack(p *Packs) {
	if r.packKernel == nil {
		return
	}
	one := r.geometry
	one.N, one.Packed = 1, nil
	key := packKey{data: &r.right[0], op: r.op, conv: one}
	r.geometry.Packed = p.find(key, len(r.right), func() *kernel.Packed { return r.packKernel(&one, r.right) })
}

// constant reports whether n is a constant or a view of one.
func (n *Node) constant() bool {
	home, _ := n.home()
	return home.op == OpConstant
}
