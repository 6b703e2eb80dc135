// Package onnxrun runs ONNX models, anybody's, on this project's own graph and
// kernels: generators, classifiers and feature extractors with float, integer
// and bool data, in the forms of opset 1 to 17 as far as operators.go has them.
//
//	m, err := onnxrun.Open("generator.onnx", onnxrun.Options{})
//	out, err := m.Run(map[string]*onnxrun.Array{"z": onnxrun.FromTensor(z)})
//
// It stands beside package operator, not on it. That one serves the verifier, an
// independent reader of our own exports, and knows few forms on purpose; this one
// takes what other frameworks write.
//
// # How a model runs
//
// A model's nodes say what to compute for some shapes, which are known when there
// are inputs. So the first run for given input shapes is a trace (trace.go): it
// goes through the nodes in order, and each operator's function (the table in
// operators.go, one line an operator) decides for the shapes at hand. A value is
// one of three things (value.go):
//
//   - static: it follows from the file and the input shapes alone. It is computed
//     at once and never again: shapes, axes, scales, folded weights;
//   - a node of a graph.Graph: float32 (and the bools that float32 comparisons
//     give). These are fused, planned and run by package graph;
//   - at hand: an array known only at a run: an input, or what is computed one
//     operator at a time, because graph has no integers (Gather by labels, ArgMax,
//     NonZero).
//
// When an operator needs the elements of a value that is a node, the graph so far
// is compiled and run, and a new one begins. What happened is the program for
// these shapes (program.go): graphs, single operators, and guards, which watch
// that integers that have shaped the rest are still the same. Later runs only
// replay it; a guard that fails, or another shape, traces again.
//
// A generator is so one graph, compiled once per batch size. From its second run
// on, a program's products and convolutions read constant weights as they were
// packed once (graph.Packs), which programs for other batch sizes share; where a
// run would not fit beside them, they are given up.
//
// # Untrusted files
//
// A model may come from anywhere. Package onnxfile walks the bytes before they are
// decoded and knows what decoding will take; load.go wants names defined once and before
// use; arrays are checked against their shapes; each operator checks its attributes
// (attributes.go), sizes before it allocates, and work before it begins (limits.go).
// Whatever is wrong is a *fault.Error that names the node or the field.
package onnxrun
