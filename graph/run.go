package graph

import (
	"fmt"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Options of an executable.
type Options struct {
	Pool *kernel.Pool // the threads to run on; nil: the caller's alone. Does not change the results
	Seed uint64       // of the random nodes

	// Precision is what the operands of matrix products and convolutions are
	// rounded to. Everything else is float32.
	Precision kernel.Precision

	// MaxBytes bounds the memory for values that Compile may ask for, as Bytes counts it; 0:
	// no bound.
	MaxBytes int
	// Scratch is memory that executables share which never run at the same time;
	// nil: the executable has its own.
	Scratch *Scratch
	// Quick leaves out passes that take long on graphs of thousands of nodes: for
	// graphs of strangers. The results are the same.
	Quick bool
}

// Executable runs a graph, any number of times, one run at a time. A run
// allocates nothing, but for the first of those that share a Scratch.
type Executable struct {
	name    string
	pool    *kernel.Pool
	rounded kernel.Precision // operands of contractions
	seed    uint64
	plan    *plan
	scratch *Scratch // of the values; nil once they have their places
	steps   []step
	outputs map[string]*tensor.Tensor
	copies  []copying
	profile *Profile
}

type copying struct{ to, from []float32 }

// Compile makes g executable: it runs the passes, plans the storage and binds
// each unit to its kernel. g stays as it was. It returns an error when g has no outputs
// and no assignments, and a *SizeError when its values take more than o.MaxBytes.
func (g *Graph) Compile(o Options) (*Executable, error) {
	if len(g.outputs)+len(g.assignments) == 0 {
		return nil, fmt.Errorf("graph %q: nothing to compute: declare an output or an assignment", g.name)
	}
	p := newProgram(g)
	p.optimise(o.Quick)
	pl := p.plan()
	if need := pl.bytes(); o.MaxBytes > 0 && need > o.MaxBytes {
		return nil, &SizeError{Graph: g.name, Need: need, Limit: o.MaxBytes}
	}
	return p.executable(pl, o), nil
}

// MustCompile is Compile for graphs that are known to have results: it panics with the
// error.
func (g *Graph) MustCompile(o Options) *Executable {
	e, err := g.Compile(o)
	if err != nil {
		panic(err)
	}
	return e
}

// executable makes the plan ready to be bound to memory: at once, or when all
// who share the memory are known.
func (p *program) executable(pl *plan, o Options) *Executable {
	pl.cut(&pl.outputs, make([]float32, pl.outputs.room))
	e := &Executable{name: p.graph.name, pool: o.Pool, rounded: o.Precision, seed: o.Seed, plan: pl, outputs: map[string]*tensor.Tensor{}}
	for _, out := range p.outputs {
		e.outputs[out.name] = tensor.Of(pl.value(out.node), out.node.shape...)
	}
	if o.Scratch == nil {
		e.bind(new(Scratch))
		return e
	}
	o.Scratch.reserve(pl.arena.room)
	e.scratch = o.Scratch
	return e
}

// bind gives the values their memory and each unit its kernel.
func (e *Executable) bind(s *Scratch) {
	pl := e.plan
	pl.cut(&pl.arena, s.memory(pl.arena.room))
	for _, u := range pl.units {
		e.steps = append(e.steps, newStep(u, pl, e.pool.Threads()))
	}
	for _, a := range pl.copies {
		e.copies = append(e.copies, copying{to: a.variable.Value.Data, from: pl.value(a.node)})
	}
	e.scratch = nil
}

// Input returns the storage of an input, row-major, to be filled before a run.
// It panics for a name that the graph does not need.
func (e *Executable) Input(name string) []float32 {
	n := e.plan.inputs[name]
	if n == nil {
		panic(fmt.Sprintf("graph %q has no input %q", e.name, name))
	}
	return e.plan.data[n]
}

// HasInput reports whether the results depend on the input.
func (e *Executable) HasInput(name string) bool { return e.plan.inputs[name] != nil }

// Output returns a result of the last run; the next run overwrites it. It panics
// for an unknown name.
func (e *Executable) Output(name string) *tensor.Tensor {
	t := e.outputs[name]
	if t == nil {
		panic(fmt.Sprintf("graph %q has no output %q", e.name, name))
	}
	return t
}

// Run computes all outputs and then makes the assignments. Random nodes draw
// from the streams of the given counter: a run is a function of the inputs, the
// variables, the seed and the counter.
func (e *Executable) Run(counter uint64) {
	if e.scratch != nil {
		e.bind(e.scratch)
	}
	if e.profile != nil {
		e.runProfiled(counter)
		return
	}
	for i := range e.steps {
		e.steps[i].run(e, counter)
	}
	e.assign()
}

func (e *Executable) assign() {
	for _, c := range e.copies {
		copy(c.to, c.from)
	}
}

// MACs returns the multiply-adds of a run's matrix products and convolutions.
func (e *Executable) MACs() int64 {
	var n int64
	for _, u := range e.plan.units {
		n += u.macs()
	}
	return n
}

// Bytes returns the memory in bytes that the executable needs for its values, without
// variables, constants and inputs.
func (e *Executable) Bytes() int { return e.plan.bytes() }
