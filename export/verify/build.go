package verify

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ganzoo/ganzoo/export/operator"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// build makes the model a graph for inputs of the given shapes.
func (m *Model) build(shapes map[string]tensor.Shape) (*graph.Graph, error) {
	g := graph.New("onnx")
	values := map[string]operator.Value{"": {}} // no name: an input left out
	for _, p := range m.inputs {
		values[p.Name] = operator.Value{Node: g.Input(p.Name, shapes[p.Name]...)}
	}
	for _, name := range slices.Sorted(maps.Keys(m.constants)) {
		switch c := m.constants[name].(type) {
		case []int64:
			values[name] = operator.Value{Ints: c}
		case *tensor.Tensor:
			values[name] = operator.Value{Node: g.Constant(c)}
		}
	}
	for i, op := range m.operations {
		call := operator.Call{Operator: op.operator, Attributes: op.attributes}
		for _, name := range op.operands {
			v, ok := values[name]
			if !ok {
				return nil, fmt.Errorf("%s: its operand %q has no value", m.labels[i], name)
			}
			call.Inputs = append(call.Inputs, v)
		}
		v, err := operator.Apply(g, call)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.labels[i], err)
		}
		values[op.result] = v
	}
	for _, p := range m.outputs {
		v := values[p.Name]
		if v.Node == nil {
			return nil, fmt.Errorf("output %q is not a float32 result", p.Name)
		}
		if err := agree(p, v.Node.Shape()); err != nil {
			return nil, err
		}
		g.Output(p.Name, v.Node)
	}
	return g, checkWork(g)
}

// agree checks a computed shape against the declared one.
func agree(p Port, shape tensor.Shape) error {
	fits := len(shape) == len(p.Dims)
	for i := 0; fits && i < len(shape); i++ {
		fits = p.Dims[i].Size == 0 || p.Dims[i].Size == shape[i]
	}
	if !fits {
		return fmt.Errorf("output %q is declared with other extents than %v, which it has", p.Name, shape)
	}
	return nil
}

// run builds, compiles and runs the model. The graph's own checks have passed by
// then; a panic below would be a defect, and still must not reach a caller that
// handed in a stranger's file.
func (m *Model) run(shapes map[string]tensor.Shape, inputs map[string]*tensor.Tensor) (results map[string]*tensor.Tensor, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it fails: %v", p)
		}
	}()
	g, err := m.build(shapes)
	if err != nil {
		return nil, err
	}
	exe, err := g.Compile(graph.Options{MaxBytes: mayHold(m.file, shapes)})
	if err != nil {
		return nil, err
	}
	for name, t := range inputs {
		if exe.HasInput(name) {
			copy(exe.Input(name), t.Data)
		}
	}
	exe.Run(0)
	results = map[string]*tensor.Tensor{}
	for _, p := range m.outputs {
		results[p.Name] = exe.Output(p.Name).Clone()
	}
	return results, nil
}
