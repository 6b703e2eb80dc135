// Package verify reads an ONNX model back and runs it, to prove that a file
// answers as the generator it was written from.
//
// The bytes are decoded by onnx-go, a decoder that shares nothing with our
// writer, and run by package graph:
//
//   - package onnxfile: nothing is decoded that would take too much memory;
//   - check.go: everything is checked with our own messages first, because
//     onnx-go trusts its input, and drops what a model says about itself (opset,
//     node names, open dimensions);
//   - recorder.go: the backend that onnx-go fills, one operation after the other;
//   - weights.go: large weights, which onnx-go reads in pieces;
//   - model.go: the model as loaded; build.go: as a graph of a certain batch;
//   - limits.go: how large and how long.
//
// A model is untrusted input: whatever the bytes, there is an error or a
// result, in bounded memory and time. It is no general runtime: the operators
// are those of package operator.
package verify

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// Report says how far a model's answer is from the one wanted.
type Report struct {
	Output  string  // the output compared
	Largest float64 // absolute difference; +Inf with a NaN on either side
	Mean    float64 // absolute difference
	Count   int     // elements compared
	Batch   int     // examples compared
}

func (r Report) String() string {
	return fmt.Sprintf("%s: largest difference %.3g, mean %.3g over %d values", r.Output, r.Largest, r.Mean, r.Count)
}

// Compare runs the model on the inputs and compares its output (named image,
// where it has several) with want. A difference above the tolerance, a NaN or
// another shape is a *fault.Error of kind Verify.
func Compare(model []byte, inputs map[string]*tensor.Tensor, want *tensor.Tensor, tolerance float64) (Report, error) {
	m, err := Load(model)
	if err != nil {
		return Report{}, err
	}
	results, err := m.Run(inputs)
	if err != nil {
		return Report{}, err
	}
	name := m.Outputs()[0].Name
	if _, ok := results["image"]; ok {
		name = "image"
	}
	return CompareOutput(name, results[name], want, tolerance)
}

// CompareOutput compares an answer with the one wanted, as Compare does.
func CompareOutput(name string, got, want *tensor.Tensor, tolerance float64) (Report, error) {
	if !got.Shape.Equal(want.Shape) {
		return Report{Output: name}, different(fmt.Sprintf("its output %s has shape %v; want %v", name, got.Shape, want.Shape))
	}
	r := Measure(name, got.Data, want.Data)
	r.Batch = want.Shape[0]
	if !(r.Largest <= tolerance) {
		return r, different(fmt.Sprintf("%v; at most %g is allowed", r, tolerance))
	}
	return r, nil
}

func different(what string) error {
	return fault.New(fault.Verify, "the exported model does not answer as the network does: "+what, "", "")
}

// Measure compares element by element, as many as want has. A NaN is infinitely
// far from anything.
func Measure(name string, got, want []float32) Report {
	r := Report{Output: name, Count: len(want)}
	sum := 0.0
	for i := range want {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		if math.IsNaN(d) {
			d = math.Inf(1)
		}
		r.Largest = max(r.Largest, d)
		sum += d
	}
	r.Mean = sum / float64(max(r.Count, 1))
	return r
}
