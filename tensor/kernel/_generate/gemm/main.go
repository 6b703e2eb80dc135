// Command gemm writes the assembly of matrix multiplication: the tile kernels,
// the routines that pack their operands, and the loop that measures the peak.
//
//	go run ./gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go -pkg kernel
package main

import (
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("!noasm")
	for _, s := range []*set{newAVX512(), newAVX2()} {
		for _, rows := range s.rows {
			for vectors := 1; vectors <= s.vectors; vectors++ {
				s.tile(rows, vectors)
			}
		}
		s.packRows()
		s.packRuns()
		for step := 1; step <= 2; step++ {
			s.loadRows(step)
			s.storeRows(step)
		}
		s.peak()
	}
	packColumns(4, XMM)
	packColumns(8, YMM)
	packColumns(16, ZMM)
	Generate()
}
