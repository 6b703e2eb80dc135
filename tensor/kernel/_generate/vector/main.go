// Command vector writes the assembly of the element-wise kernels, the
// reductions and the random numbers.
//
//	go run ./vector -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg kernel
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!noasm")
	for _, m := range []*machine{newAVX2(), newAVX512()} {
		for _, o := range ops {
			m.elementwise(o)
		}
		m.fill()
		m.sum("sum", 1)
		m.sum("dot", 2)
		m.extreme("maxOf", m.max, negativeInfinity)
		m.extreme("minOf", m.min, positiveInfinity)
		m.sumColumns()
		m.uniform()
		m.normal()
	}
	Generate()
}
