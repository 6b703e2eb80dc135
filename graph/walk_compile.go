package graph

import (
	"slices"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

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

func (c *walkCompiler) member(n *Node) bool { return slices.Contains(c.unit.nodes, n) }

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
