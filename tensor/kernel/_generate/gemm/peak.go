package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// chains is the number of independent sums that keep the FMA units of any
// processor busy: latency times units is 8 to 10.
const chains = 12

// peak writes the loop that does nothing but FMAs.
func (s *set) peak() {
	name := "peak" + s.name
	TEXT(name, NOSPLIT, "func(rounds int)")
	Doc(name + " does rounds × 12 FMAs of full registers.")
	rounds := Load(Param("rounds"), GP64())
	sums := make([]VecVirtual, chains)
	for i := range sums {
		sums[i] = s.zero()
	}
	x, y := s.zero(), s.zero()
	Label("loop")
	for _, v := range sums {
		VFMADD231PS(x, y, v)
	}
	SUBQ(Imm(1), rounds)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
