package export

import "github.com/ganzoo/ganzoo/tensor"

// turnGemmWeights writes constant weights as Gemm's transposed factor, out×in:
// OpenCV misreads in×out.
func turnGemmWeights(m *model) error {
	for _, n := range m.nodes {
		if n.op != "Gemm" || n.in[1].data == nil || n.attributes["transB"] == int64(1) {
			continue
		}
		n.attributes["transB"] = int64(1)
		n.in[1] = floats(n.in[1].name, turned(n.in[1].data))
	}
	return nil
}

// turned is the transpose of a matrix.
func turned(t *tensor.Tensor) *tensor.Tensor {
	rows, columns := t.Shape[0], t.Shape[1]
	out := tensor.New(columns, rows)
	for i := range rows {
		for j := range columns {
			out.Data[j*rows+i] = t.Data[i*columns+j]
		}
	}
	return out
}
