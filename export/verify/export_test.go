package verify

import "github.com/ganzoo/ganzoo/tensor"

// SmallInputs gives zeros for every input, and whether a run on them is quick
// enough for a fuzzer.
func (m *Model) SmallInputs() (inputs map[string]*tensor.Tensor, quick bool) {
	inputs = map[string]*tensor.Tensor{}
	for name, shape := range m.smallest() {
		inputs[name] = tensor.New(shape...)
	}
	g, err := m.build(m.smallest())
	if err != nil {
		return nil, false
	}
	values, work := cost(g)
	return inputs, values < 1<<18 && work < 1<<22
}
