package onnxrun

import (
	"github.com/ganzoo/ganzoo/graph"
)

// program is what a trace has found for the shapes of certain inputs: the steps
// that turn inputs into outputs. Arrays known only at a run lie in slots.
type program struct {
	inputs  []int // slot of each input of the model
	steps   []programStep
	outputs []*value // static, or with a slot
	slots   []*Array
	macs    int64

	bytes     int  // beside the model's own
	maxMemory int  // with the model's own
	packed    bool // constants are packed, as far as there was room
}

// programStep does one thing of a run. It reports false where what it finds is
// not what the trace found: then the program does not fit these inputs.
type programStep interface {
	run(p *program) (fits bool)
}

// operand is what a step reads: a static array or a slot.
type operand struct {
	array *Array
	slot  int
}

func (o operand) in(p *program) *Array {
	if o.slot == noSlot {
		return o.array
	}
	return p.slots[o.slot]
}

func operandOf(v *value) operand { return operand{v.array, v.slot} }

// graphStep runs a compiled graph.
type graphStep struct {
	exe     *graph.Executable
	feeds   []feed
	results []feed
}

// feed joins a slot to an input or output of a graph.
type feed struct {
	slot int
	name string
}

func (s *graphStep) run(p *program) bool {
	for _, f := range s.feeds {
		into := s.exe.Input(f.name)
		switch d := p.slots[f.slot].Data.(type) {
		case []float32:
			copy(into, d)
		case []bool:
			for i, v := range d {
				into[i] = 0
				if v {
					into[i] = 1
				}
			}
		}
	}
	s.exe.Run(0)
	for _, f := range s.results {
		out := s.exe.Output(f.name)
		switch d := p.slots[f.slot].Data.(type) {
		case []float32:
			copy(d, out.Data)
		case []bool:
			for i, v := range out.Data {
				d[i] = v != 0
			}
		}
	}
	return true
}

// computeStep runs one operator into arrays of known shape.
type computeStep struct {
	in  []operand // an entry may be missing: noOperand
	out int
	f   func(in []*Array, out *Array)
}

func (s *computeStep) run(p *program) bool {
	s.f(gatherOperands(p, s.in), p.slots[s.out])
	return true
}

// discoverStep runs an operator whose results have shapes that depend on the
// elements.
type discoverStep struct {
	in  []operand
	out []int
	f   func(in []*Array) []*Array
}

func (s *discoverStep) run(p *program) bool {
	for i, a := range s.f(gatherOperands(p, s.in)) {
		if !a.Shape.Equal(p.slots[s.out[i]].Shape) {
			return false
		}
		p.slots[s.out[i]] = a
	}
	return true
}

// guard watches that elements which have shaped the program stay the same.
type guard struct {
	slot int
	want *Array
}

func (g *guard) run(p *program) bool { return equalArrays(p.slots[g.slot], g.want) }

var noOperand = operand{nil, noSlot}

func gatherOperands(p *program, in []operand) []*Array {
	arrays := make([]*Array, len(in))
	for i, o := range in {
		arrays[i] = o.in(p)
	}
	return arrays
}
