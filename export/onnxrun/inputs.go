package onnxrun

import (
	"fmt"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// Zeros makes the inputs in their declared shapes, open extents being as open says,
// all of zeros. What the model may not take is a *fault.Error of kind Data, before
// anything is made: an input may be declared of any size.
func (m *Model) Zeros(open int) (map[string]*Array, error) {
	refuse := func(p Port, err error) error {
		return fault.Wrap(fault.Data, fmt.Errorf("input %q (%v): %w", p.Name, p, err), "the ONNX model cannot be run", "", mend(err))
	}
	shapes, batch := make([]tensor.Shape, len(m.inputs)), 1
	for i, p := range m.inputs {
		if p.open {
			return nil, refuse(p, fmt.Errorf("the number of its axes is not declared"))
		}
		for _, d := range p.Dims {
			if d.Size < 0 {
				d.Size = open
			}
			shapes[i] = append(shapes[i], d.Size)
		}
		if len(shapes[i]) > 0 {
			batch = max(batch, shapes[i][0])
		}
	}
	room := newBudget(m.file, m.held, batch, m.options.MaxMemory)
	inputs := map[string]*Array{}
	for i, p := range m.inputs {
		if err := room.array(p.Type, shapes[i]); err != nil {
			return nil, refuse(p, err)
		}
		inputs[p.Name] = NewArray(p.Type, shapes[i]...)
	}
	return inputs, nil
}
