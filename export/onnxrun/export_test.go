package onnxrun

import pb "github.com/ganzoo/ganzoo/export/onnxpb"

// DecodeTensor reads the data of a test.
func DecodeTensor(t *pb.TensorProto) (*Array, error) { return decodeTensor(t, nil) }

// Floats returns an array's elements for comparisons.
func Floats(a *Array) []float64 { return widen[float64](a) }

// Operators gives the opset from which each operator is supported.
func Operators() map[string]int {
	m := map[string]int{}
	for name, o := range operators {
		m[name] = o.since
	}
	return m
}

// Steps counts those of the one program that a model has made.
func Steps(m *Model) int { return len(m.programs[m.order[0]].steps) }
