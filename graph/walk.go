package graph

import (
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

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

// walkCompiler turns the nodes of a unit into a walk.
type walkCompiler struct {
	*walk
	plan    *plan
	unit    *unit
	phrases map[*Node]phrase
	slotOf  map[*Node]int // of values at hand
	lastUse map[*Node]int // index in unit.nodes
	free    []int         // slots of registers that hold nothing any more
}

func (c *walkCompiler) compile() {
	s := newPhrases(c.unit, c.plan)
	c.phrases = s.of
	for i, n := range c.unit.nodes {
		if !s.inside[n] {
			for _, x := range c.operands(n) {
				c.lastUse[x] = i
			}
		}
	}
	for i, n := range c.unit.nodes {
		if !s.inside[n] {
			c.emit(n, i)
		}
	}
}

// operands are the vectors that the instruction of n reads.
func (c *walkCompiler) operands(n *Node) []*Node {
	if p, ok := c.phrases[n]; ok {
		return p.vectors
	}
	return n.in
}

// emit adds the instruction of node i of the unit. The result may take the
// register of an operand that is not used again: kernels allow that.
func (c *walkCompiler) emit(n *Node, i int) {
	var code instr
	operands := c.operands(n)
	if p, ok := c.phrases[n]; ok {
		code = p.instr
	} else if x, s, f := c.scalarForm(n); f != nil {
		code = instr{scalar: f, s: s}
		operands = []*Node{x}
	} else {
		code = instr{unary: unaryKernels[n.op], binary: binaryKernels[n.op]}
		if n.op == OpWhere {
			code.ternary = kernel.Where
		}
	}
	for j, slot := range []*int{&code.a, &code.b, &code.c}[:len(operands)] {
		*slot = c.slot(operands[j])
	}
	for _, x := range operands {
		c.release(x, i)
	}
	code.dst = c.result(n)
	c.code = append(c.code, code)
}

// scalarForm finds a kernel that takes one operand as a single number.
func (c *walkCompiler) scalarForm(n *Node) (x *Node, s []float32, f func(dst, a []float32, s float32)) {
	switch n.op {
	case OpLeakyRelu:
		return n.in[0], []float32{n.attr.(AlphaAttr).Alpha}, kernel.LeakyRelu
	case OpAdd:
		f = kernel.AddScalar
	case OpMul:
		f = kernel.MulScalar
	case OpSub:
		if v, ok := scalarValue(n.in[1]); ok && n.shape.Size() > 1 {
			return n.in[0], []float32{-v}, kernel.AddScalar
		}
		return nil, nil, nil
	default:
		return nil, nil, nil
	}
	for i, y := range n.in {
		if y.shape.Size() == 1 && n.shape.Size() > 1 && !c.member(y) {
			return n.in[1-i], c.plan.value(y), f
		}
	}
	return nil, nil, nil
}

func (c *walkCompiler) member(n *Node) bool {
	for _, m := range c.unit.nodes {
		if m == n {
			return true
		}
	}
	return false
}

// slot returns where the value of an operand is at hand, arranging for it at
// its first use.
func (c *walkCompiler) slot(x *Node) int {
	if s, ok := c.slotOf[x]; ok {
		return s
	}
	if x == c.unit.product {
		s := c.newSlot(slot{given: true})
		c.slotOf[x] = s
		return s
	}
	value := c.plan.value(x)
	var s int
	switch {
	case len(value) == c.size:
		s = c.newSlot(slot{stream: value})
	case len(value) == 1:
		s = c.keptRegister()
		c.fills = append(c.fills, fill{s, value})
	default:
		s = c.keptRegister()
		c.loads = append(c.loads, load{s, newSpread(value, x.shape, c.unit.nodes[0].shape)})
	}
	c.slotOf[x] = s
	return s
}

func (c *walkCompiler) newSlot(s slot) int {
	c.slots = append(c.slots, s)
	return len(c.slots) - 1
}

// keptRegister returns a register that is never given away: it is filled before
// the block's code runs.
func (c *walkCompiler) keptRegister() int {
	c.registers++
	return c.newSlot(slot{register: c.registers - 1})
}

// result returns where n's value goes: to memory where it is needed there, else
// to a register.
func (c *walkCompiler) result(n *Node) int {
	var s int
	if value, ok := c.plan.data[n]; ok {
		s = c.newSlot(slot{stream: value})
	} else if last := len(c.free) - 1; last >= 0 {
		s, c.free = c.free[last], c.free[:last]
	} else {
		s = c.keptRegister()
	}
	c.slotOf[n] = s
	return s
}

// release frees the register of x after its last use, at node i.
func (c *walkCompiler) release(x *Node, i int) {
	s, ok := c.slotOf[x]
	if !ok || c.lastUse[x] != i || c.slots[s].stream != nil || !c.member(x) {
		return
	}
	delete(c.slotOf, x)
	c.free = append(c.free, s)
}

// spread repeats an operand along the axes it is broadcast over. Neighbouring
// axes that move alike are taken as one.
type spread struct {
	data    []float32
	extents []int // outermost first
	strides []int // of data, 0 along repeated axes
}

func newSpread(data []float32, from, to tensor.Shape) spread {
	strides := from.Strides()
	s := spread{data: data}
	shift := len(to) - len(from)
	for i, d := range to {
		stride := 0
		if i >= shift && from[i-shift] != 1 {
			stride = strides[i-shift]
		}
		if d == 1 {
			continue
		}
		last := len(s.extents) - 1
		if last >= 0 && s.strides[last] == stride*d {
			s.extents[last] *= d
			s.strides[last] = stride
			continue
		}
		s.extents, s.strides = append(s.extents, d), append(s.strides, stride)
	}
	return s
}

// fill writes the elements from start on of the repeated operand into dst: runs along
// the innermost axis, which are a bias's channels one after the other, and so in steps
// along the axis outside it.
func (s *spread) fill(dst []float32, start int) {
	inner := len(s.extents) - 1
	width, step := s.extents[inner], s.strides[inner]
	turn, stride := 1, 0
	if inner > 0 {
		turn, stride = s.extents[inner-1], s.strides[inner-1]
	}
	row, col := start/width, start%width
	from, left := 0, 0 // in this turn
	for len(dst) > 0 {
		if left == 0 {
			from, left = s.offset(row), turn-row%turn
		}
		n := min(width-col, len(dst))
		if step == 0 {
			kernel.Fill(dst[:n], s.data[from])
		} else {
			copy(dst[:n], s.data[from+col*step:])
		}
		dst, col = dst[n:], 0
		row, from, left = row+1, from+stride, left-1
	}
}

// offset is where data has the first element of a row of the innermost axis.
func (s *spread) offset(row int) int {
	at := 0
	for i := len(s.extents) - 2; i >= 0; i-- {
		at += row % s.extents[i] * s.strides[i]
		row /= s.extents[i]
	}
	return at
}
