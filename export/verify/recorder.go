package verify

import (
	"errors"
	"fmt"
	"slices"

	"github.com/owulveryck/onnx-go"
	gonum "gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	gorgonia "gorgonia.org/tensor"

	"github.com/ganzoo/ganzoo/export/operator"
	"github.com/ganzoo/ganzoo/tensor"
)

// recorder is the backend that onnx-go decodes into. The graph behind it keeps
// one edge for a pair of nodes and so loses one of Mul(x, x): the recorder keeps
// the operands itself. onnx-go draws edges from result to operand, with the
// operand's position as the weight, and applies operations in the file's order.
//
// Everything is kept by name: check has made sure that names are unique, while
// onnx-go may have several nodes for one.
type recorder struct {
	*simple.WeightedDirectedGraph
	operands   map[gonum.Node][]string
	tensors    map[string]gorgonia.Tensor // of initialisers, and empty ones of declared types
	operations []operation
}

// operation is one node of the model, as onnx-go gives it: without its name.
type operation struct {
	operator   string
	attributes map[string]any
	operands   []string // "": an optional input left out
	result     string
}

// decoded is a value in the graph that onnx-go builds.
type decoded struct {
	gonum.Node
	name   string
	parent *recorder
}

// SetName comes before SetTensor.
func (d *decoded) SetName(name string) { d.name = name }
func (d *decoded) GetName() string     { return d.name }

// SetTensor comes last for an initialiser, after any declaration of its type.
func (d *decoded) SetTensor(t gorgonia.Tensor) error {
	d.parent.tensors[d.name] = t
	return nil
}
func (d *decoded) GetTensor() gorgonia.Tensor { return d.parent.tensors[d.name] }

func newRecorder() *recorder {
	return &recorder{
		WeightedDirectedGraph: simple.NewWeightedDirectedGraph(0, 0),
		operands:              map[gonum.Node][]string{},
		tensors:               map[string]gorgonia.Tensor{},
	}
}

// NewNode is part of gonum's graph builder.
func (r *recorder) NewNode() gonum.Node {
	return &decoded{Node: r.WeightedDirectedGraph.NewNode(), parent: r}
}

// SetWeightedEdge records an operand; positions come in order. One node without
// a name stands for all inputs left out.
func (r *recorder) SetWeightedEdge(e gonum.WeightedEdge) {
	r.operands[e.From()] = append(r.operands[e.From()], e.To().(*decoded).name)
}

// ApplyOperation is called once a node of the model, after its edges.
func (r *recorder) ApplyOperation(op onnx.Operation, results ...gonum.Node) error {
	if len(results) != 1 {
		return fmt.Errorf("%s has %d results", op.Name, len(results))
	}
	attributes := map[string]any{}
	for name, v := range op.Attributes {
		if t, ok := v.(gorgonia.Tensor); ok {
			value, err := toValue(t)
			if err != nil {
				return fmt.Errorf("attribute %s of %s: %w", name, op.Name, err)
			}
			v = value
		}
		attributes[name] = v
	}
	operands := r.operands[results[0]]
	if op.Name == "Constant" {
		operands = nil // onnx-go gives it one
	}
	r.operations = append(r.operations, operation{op.Name, attributes, operands, results[0].(*decoded).name})
	return nil
}

// decode lets onnx-go read the model, which turns a panic of it into an error.
func decode(content []byte) (r *recorder, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("onnx-go cannot read it: %v", p)
		}
	}()
	r = newRecorder()
	if err := onnx.NewModel(r).UnmarshalBinary(content); err != nil {
		return nil, fmt.Errorf("onnx-go cannot read it: %w", err)
	}
	return r, nil
}

// toValue gives a decoded tensor as *tensor.Tensor or []int64.
func toValue(t gorgonia.Tensor) (any, error) {
	shape := tensor.Shape(slices.Clone([]int(t.Shape())))
	if err := operator.CheckShape(shape); err != nil {
		return nil, err
	}
	switch data := t.Data().(type) {
	case float32:
		return tensor.Of([]float32{data}, shape...), nil
	case []float32:
		if len(data) == shape.Size() {
			return tensor.Of(data, shape...), nil
		}
	case int64:
		return []int64{data}, nil
	case []int64:
		return data, nil
	}
	return nil, errors.New("its data is neither float32 nor int64, or does not fill its shape")
}
