package onnxrun

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// value is what a name stands for while a program is traced. Type and shape are
// always known.
type value struct {
	typ   Type // Float32 or Bool where node is set; a Bool is then 0 or 1
	shape tensor.Shape

	node  *graph.Node // a node of the graph being built, or
	array *Array      // the elements: for good, or of the run being traced
	slot  int         // where a replay keeps them; noSlot for a static value
}

const noSlot = -1

func (v *value) static() bool { return v.node == nil && v.slot == noSlot }

// graphable reports whether package graph could hold the value: it has neither
// integers nor empty tensors.
func (v *value) graphable() bool {
	return (v.typ == Float32 || v.typ == Bool) && v.shape.Size() > 0
}

func staticValue(a *Array) *value {
	return &value{typ: a.Type, shape: a.Shape, array: a, slot: noSlot}
}
