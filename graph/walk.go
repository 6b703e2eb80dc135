package graph

import "github.com/ganzoo/ganzoo/tensor/kernel"

// walk computes a unit of element-wise nodes in one pass over the data: block by
// block, each block small enough that all intermediate values stay in the first
// cache. It is a little program for vector registers of one block each.
type walk struct {
	size   int // elements of the unit's shape
	block  int // elements of a block
	parts  int // tasks of a run; each has registers of its own
	slots  []slot
	fills  []fill  // once a task: scalars that a kernel wants as vectors
	loads  []load  // once a block: broadcast operands
	code   []instr // once a block
	frames []frame // one a part

	registers int // of a frame
}

// slot is a vector operand: a register of the task, or a stream, the block's
// part of an array in memory.
type slot struct {
	stream   []float32 // nil for a register, and for what is given
	register int
	given    bool // the part of a product that the walk takes (taken.go)
}

// frame is what a task needs of its own.
type frame struct {
	registers []float32
	at        [][]float32 // each slot's slice for the block under way
}

type fill struct {
	slot   int
	scalar []float32 // of one element, read at run time
}

type load struct {
	slot int
	from spread
}

// instr is one kernel call; exactly one of the functions is set.
type instr struct {
	unary    func(dst, a []float32)
	binary   func(dst, a, b []float32)
	ternary  func(dst, a, b, c []float32)
	scalar   func(dst, a []float32, s float32)
	weighted func(dst, a, b []float32, s, t float32)
	descend  func(dst, a, b, c []float32, s, t, u float32)

	dst, a, b, c int       // slots
	s, t, u      []float32 // scalar operands, read at run time
}

var unaryKernels = [opCount]func(dst, a []float32){
	OpNeg: kernel.Neg, OpAbs: kernel.Abs, OpSign: kernel.Sign, OpSqrt: kernel.Sqrt, OpReciprocal: kernel.Reciprocal,
	OpExp: kernel.Exp, OpLog: kernel.Log, OpSin: kernel.Sin, OpCos: kernel.Cos, OpTanh: kernel.Tanh,
	OpSigmoid: kernel.Sigmoid, OpSoftplus: kernel.Softplus, OpRelu: kernel.Relu,
	OpExpand: copyBlock, OpStopGradient: copyBlock,
}

var binaryKernels = [opCount]func(dst, a, b []float32){
	OpAdd: kernel.Add, OpSub: kernel.Sub, OpMul: kernel.Mul, OpDiv: kernel.Div, OpMax: kernel.Max, OpMin: kernel.Min,
	OpGreater: kernel.Greater, OpGreaterOrEqual: kernel.GreaterOrEqual, OpEqual: kernel.Equal,
}

func copyBlock(dst, a []float32) { copy(dst, a) }

// blockBytes is what all slots of a block may take together: most of a 32 KiB
// first-level cache.
const blockBytes = 24 << 10

// smallWalk is the work, in kernel elements, below which waking other threads
// costs more than it saves.
const smallWalk = 1 << 15

// newWalk compiles a fused unit. The nodes that have storage in the plan are
// written there; the others stay in registers.
func newWalk(u *unit, pl *plan, threads int) *walk {
	w := &walk{size: u.nodes[0].shape.Size()}
	c := walkCompiler{walk: w, plan: pl, unit: u, slotOf: map[*Node]int{}, lastUse: map[*Node]int{}}
	c.compile()

	w.block = blockBytes / 4 / max(len(w.slots), 1) / alignment * alignment
	w.block = min(max(w.block, 256), 2048, (w.size+alignment-1)/alignment*alignment)
	w.parts = 1
	if w.size*len(w.code) >= smallWalk {
		w.parts = min(threads, (w.size+w.block-1)/w.block)
	}
	for range w.parts {
		w.frames = append(w.frames, w.newFrame())
	}
	return w
}

func (w *walk) newFrame() frame {
	return frame{
		registers: aligned(make([]float32, w.registers*w.block+alignment)),
		at:        make([][]float32, len(w.slots)),
	}
}

// run computes the unit.
func (w *walk) run(e *Executable, _ uint64) { e.pool.Run(w.parts, w) }

// Do computes part i: a run of blocks.
func (w *walk) Do(i int) {
	f := &w.frames[i]
	w.prepare(f)
	blocks := (w.size + w.block - 1) / w.block
	first, last := blocks*i/w.parts, blocks*(i+1)/w.parts
	for b := first; b < last; b++ {
		start := b * w.block
		w.do(f, start, min(w.block, w.size-start), nil)
	}
}

// prepare makes the registers ready for blocks.
func (w *walk) prepare(f *frame) {
	for s := range w.slots {
		if w.slots[s].stream == nil && !w.slots[s].given {
			r := w.slots[s].register * w.block
			f.at[s] = f.registers[r : r+w.block]
		}
	}
	for _, v := range w.fills {
		kernel.Fill(f.at[v.slot], v.scalar[0])
	}
}

// do computes the n elements from start on, with those of a product if the walk
// takes one.
func (w *walk) do(f *frame, start, n int, given []float32) {
	at := f.at
	for s := range w.slots {
		switch slot := &w.slots[s]; {
		case slot.stream != nil:
			at[s] = slot.stream[start : start+n]
		case slot.given:
			at[s] = given[:n]
		default:
			at[s] = at[s][:n]
		}
	}
	for i := range w.loads {
		w.loads[i].from.fill(at[w.loads[i].slot], start)
	}
	for i := range w.code {
		c := &w.code[i]
		switch {
		case c.binary != nil:
			c.binary(at[c.dst], at[c.a], at[c.b])
		case c.scalar != nil:
			c.scalar(at[c.dst], at[c.a], c.s[0])
		case c.unary != nil:
			c.unary(at[c.dst], at[c.a])
		case c.weighted != nil:
			c.weighted(at[c.dst], at[c.a], at[c.b], c.s[0], c.t[0])
		case c.descend != nil:
			c.descend(at[c.dst], at[c.a], at[c.b], at[c.c], c.s[0], c.t[0], c.u[0])
		default:
			c.ternary(at[c.dst], at[c.a], at[c.b], at[c.c])
		}
	}
}
