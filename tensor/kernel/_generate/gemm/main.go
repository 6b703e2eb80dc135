// Command gemm writes the assembly of matrix multiplication: the tile kernels,
// the routines that pack their operands, and the loop that measures the peak;
// with -pairs instead the tile kernels for pairs of bfloat16 and the routines
// that round to them.
//
//	go run ./gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go -pkg kernel
//	go run ./gemm -pairs -out ../pairs_amd64.s -stubs ../pairs_amd64.go -pkg kernel
package main

import (
	"flag"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	pairs := flag.Bool("pairs", false, "write the kernels for pairs of bfloat16")
	flag.Parse()
	ConstraintExpr("!noasm")
	if *pairs {
		writePairs()
	} else {
		writeFloats()
	}
	Generate()
}

func writeFloats() {
	for _, s := range []*set{newAVX512(), newAVX2()} {
		s.tiles()
		if s.wide {
			s.rowTiles()
		}
		s.packRows()
		for step := 1; step <= 2; step++ {
			s.loadRows(step)
			s.storeRows(step)
		}
		s.peak()
	}
	packColumns(4, XMM)
	packColumns(8, YMM)
	packColumns(16, ZMM)
	copyPieces(4, XMM)
	copyPieces(8, YMM)
	copyPieces(16, ZMM)
	newFilterAVX512().write()
	newFilterAVX2().write()
}
