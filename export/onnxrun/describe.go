package onnxrun

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"
)

// NodeInfo is what there is to see of a node.
type NodeInfo struct {
	Index      int      `json:"index"`
	Name       string   `json:"name"`
	Operator   string   `json:"operator"`
	Inputs     []string `json:"inputs"`
	Outputs    []string `json:"outputs"`
	Attributes []string `json:"attributes,omitempty"` // "strides=[2 2]", sorted
	Parameters int      `json:"parameters"`           // elements of the initialisers among its inputs
	Result     []string `json:"result,omitempty"`     // "float32 3×64×28×28", for each output; empty where it is not known
}

// Nodes describes the nodes in their order.
func (m *Model) Nodes() []NodeInfo {
	counted := map[string]bool{}
	var list []NodeInfo
	for _, n := range m.nodes {
		info := NodeInfo{Index: n.index, Name: n.name, Operator: n.operator, Inputs: n.inputs, Outputs: n.outputs}
		for name, v := range n.attributes {
			if a, ok := v.(*Array); ok && a.size() > 8 {
				v = a.String()
			} else if ok {
				v = a.Data
			}
			info.Attributes = append(info.Attributes, fmt.Sprintf("%s=%v", name, v))
		}
		slices.Sort(info.Attributes)
		for _, in := range n.inputs {
			if a := m.constants[in]; a != nil && !counted[in] {
				counted[in] = true
				info.Parameters += a.size()
			}
		}
		list = append(list, info)
	}
	return list
}

// Shapes runs the model on zeros, open extents being as batch says, and returns
// the nodes with the types and shapes of their results, and the multiply-adds of
// the run. Where it cannot be run the nodes before the failure have their shapes,
// and the error says what went wrong.
func (m *Model) Shapes(batch int) ([]NodeInfo, int64, error) {
	nodes := m.Nodes()
	m.running.Lock()
	defer m.running.Unlock()
	inputs, err := m.Zeros(batch)
	if err != nil {
		return nodes, 0, err
	}
	list, err := m.fit(inputs)
	if err != nil {
		return nodes, 0, err
	}
	t := newTrace(m, newBudget(m.file, m.held, batchOf(list), m.options.MaxMemory))
	t.notes = func(n *node, outputs []*value) {
		for _, v := range outputs {
			if v != nil {
				nodes[n.index].Result = append(nodes[n.index].Result, fmt.Sprintf("%v %s", v.typ, timesSign(v.shape)))
			}
		}
	}
	err = t.guarded(list)
	return nodes, t.program.macs, err
}

// guarded is run for callers that have no recovery of their own.
func (t *trace) guarded(inputs []*Array) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = recovered(r)
		}
	}()
	return t.run(inputs)
}

func timesSign(shape []int) string {
	if len(shape) == 0 {
		return "scalar"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(shape), " ", "×"), "[]")
}

// DOT writes the model as a Graphviz drawing: values flow down the arrows from
// inputs over nodes to outputs. Initialisers are left out.
func DOT(m *Model, nodes []NodeInfo) ([]byte, error) {
	d := multi.NewDirectedGraph()
	from := map[string]drawn{}
	id := int64(0)
	add := func(label, shape string) drawn {
		v := drawn{id, label, shape}
		id++
		d.AddNode(v)
		return v
	}
	for _, p := range m.inputs {
		from[p.Name] = add(fmt.Sprintf("%s\n%v %v", p.Name, p.Type, p), "box")
	}
	for _, n := range nodes {
		v := add(strings.Join(append([]string{n.Operator}, n.Result...), "\n"), "ellipse")
		for _, in := range n.Inputs {
			if source, ok := from[in]; ok {
				d.SetLine(d.NewLine(source, v))
			}
		}
		for _, out := range n.Outputs {
			from[out] = v
		}
	}
	for _, p := range m.outputs {
		v := add(fmt.Sprintf("%s\n%v %v", p.Name, p.Type, p), "house")
		if source, ok := from[p.Name]; ok {
			d.SetLine(d.NewLine(source, v))
		}
	}
	return dot.MarshalMulti(d, "onnx", "", "\t")
}

type drawn struct {
	id           int64
	label, shape string
}

func (n drawn) ID() int64 { return n.id }

func (n drawn) Attributes() []encoding.Attribute {
	return []encoding.Attribute{{Key: "label", Value: fmt.Sprintf("%q", n.label)}, {Key: "shape", Value: n.shape}}
}
