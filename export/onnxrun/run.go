package onnxrun

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// maxPrograms is how many input shapes a model is kept compiled for.
const maxPrograms = 4

// Run computes the outputs, by name. Inputs that do not fit are a *fault.Error of
// kind Usage; a model that cannot be run on them is one of kind Data.
func (m *Model) Run(inputs map[string]*Array) (results map[string]*Array, err error) {
	m.running.Lock()
	defer m.running.Unlock()
	// What a program finds in the data of a replay, like an index out of range; or
	// a defect of this package, which must not reach the caller either.
	defer func() {
		if r := recover(); r != nil {
			m.forget() // it was left half-run
			results, err = nil, fault.Wrap(fault.Data, recovered(r), "the ONNX model cannot be run", "", "")
		}
	}()
	list, err := m.fit(inputs)
	if err != nil {
		return nil, fault.Wrap(fault.Usage, err, "the inputs do not fit the ONNX model", "", "")
	}
	key := shapesKey(list)
	if p := m.programs[key]; p != nil {
		m.pack(p)
		if p.replay(list) {
			return p.results(m), nil
		}
		m.forget() // its packed weights would stay behind
	}
	m.makeRoom()
	p, err := m.trace(list)
	if errors.As(err, new(*memoryError)) && m.packs.Bytes() > 0 {
		m.forget() // packed weights only make runs faster
		p, err = m.trace(list)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "the ONNX model cannot be run", "", mend(err))
	}
	m.remember(key, p)
	return p.results(m), nil
}

// trace runs the model for the first time on inputs of such shapes.
func (m *Model) trace(inputs []*Array) (*program, error) {
	held := m.held + m.packs.Bytes()
	t := newTrace(m, newBudget(m.file, held, batchOf(inputs), m.options.MaxMemory))
	if err := t.run(inputs); err != nil {
		return nil, err
	}
	t.program.bytes, t.program.maxMemory = t.budget.memory-held, t.budget.maxMemory
	return t.program, nil
}

// pack makes a program that runs a second time read packed weights: a single run
// gains nothing.
func (m *Model) pack(p *program) {
	if p.packed {
		return
	}
	p.packed = true
	m.packs.MaxBytes = p.maxMemory - m.held - m.programBytes()
	for _, s := range p.steps {
		if s, ok := s.(*graphStep); ok {
			s.exe.Pack(&m.packs)
		}
	}
}

// programBytes is what the programs hold.
func (m *Model) programBytes() int {
	n := 0
	for _, p := range m.programs {
		n += p.bytes
	}
	return n
}

// forget drops all programs and what was packed for them.
func (m *Model) forget() {
	clear(m.programs)
	m.order, m.packs = nil, graph.Packs{}
}

// replay does the steps again for other inputs of the same shapes. It reports
// false where the program turns out not to fit.
func (p *program) replay(inputs []*Array) bool {
	for i, slot := range p.inputs {
		p.slots[slot] = inputs[i]
	}
	for _, s := range p.steps {
		if !s.run(p) {
			return false
		}
	}
	return true
}

// results copies the outputs: the next run overwrites what the program holds.
func (p *program) results(m *Model) map[string]*Array {
	results := map[string]*Array{}
	for i, v := range p.outputs {
		results[m.outputs[i].Name] = operandOf(v).in(p).Clone()
	}
	return results
}

func recovered(r any) error {
	if r, ok := r.(refusal); ok {
		return r.error
	}
	return fmt.Errorf("it fails: %v", r)
}

// keptBytes is what programs for other shapes may hold while one is made.
const keptBytes = 8 << 20

// makeRoom forgets programs where they are many or large.
func (m *Model) makeRoom() {
	if len(m.programs) >= maxPrograms || m.programBytes() > keptBytes {
		m.forget()
	}
}

// remember keeps a program for the next inputs of its shapes.
func (m *Model) remember(key string, p *program) {
	if m.programs[key] == nil {
		m.order = append(m.order, key)
	}
	m.programs[key] = p
}

// Memory returns the bytes that the model and what it has been compiled to hold,
// and those that it could hold for a batch of one without being asked for more.
func (m *Model) Memory() (held, one int) {
	m.running.Lock()
	defer m.running.Unlock()
	return m.held + m.packs.Bytes() + m.programBytes(), newBudget(m.file, 0, 1, 0).maxMemory
}

func shapesKey(list []*Array) string {
	var b strings.Builder
	for _, a := range list {
		fmt.Fprint(&b, []int(a.Shape))
	}
	return b.String()
}

// batchOf is the largest first extent.
func batchOf(list []*Array) int {
	batch := 1
	for _, a := range list {
		if len(a.Shape) > 0 {
			batch = max(batch, a.Shape[0])
		}
	}
	return batch
}

// fit checks the inputs against the declared ones and puts them in their order;
// an open dimension has one extent wherever its name appears.
func (m *Model) fit(inputs map[string]*Array) ([]*Array, error) {
	symbols := map[string]int{}
	var list []*Array
	for _, p := range m.inputs {
		a := inputs[p.Name]
		if a == nil {
			return nil, fmt.Errorf("there is no input %q", p.Name)
		}
		if a.Type != p.Type {
			return nil, fmt.Errorf("input %q is %v; want %v", p.Name, a.Type, p.Type)
		}
		if _, err := elements(a.Shape); err != nil {
			return nil, fmt.Errorf("input %q: %w", p.Name, err)
		}
		if err := p.accept(a.Shape, symbols); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	if len(inputs) > len(m.inputs) {
		return nil, fmt.Errorf("%d inputs are given; the model has %d", len(inputs), len(m.inputs))
	}
	return list, nil
}
