package kernel

import (
	"os"
	"slices"

	"golang.org/x/sys/cpu"
)

// class is a set of CPU instructions that kernels are written for. Results are
// the same to the bit on every machine of one class.
type class uint8

const (
	generic class = iota // portable Go
	avx2                 // AVX2 and FMA: 8 lanes
	avx512               // AVX-512 F, BW, DQ and VL: 16 lanes
	classes = iota
)

var classNames = [classes]string{"generic", "avx2", "avx512"}

func (c class) String() string { return classNames[c] }

// pairUnit is what multiplies pairs of bfloat16 (gemm_bf16.go) in the class
// avx512.
type pairUnit uint8

const (
	noPairs    pairUnit = iota // portable Go
	avx512bf16                 // VDPBF16PS
	amx                        // TDPBF16PS
	pairUnits  = iota
)

var pairUnitNames = [pairUnits]string{"", "avx512bf16", "amx"}

// active is the class in use, activeUnit what multiplies pairs in it. They are
// set before main starts and changed by tests only; every kernel looks here when
// it is called.
var active, activeUnit = choose(os.Getenv("GANZOO_CPU"))

// Class names the class of kernels in use: "generic", "avx2" or "avx512".
//
// It is the best one that the machine can run, or a lower one that the
// environment variable GANZOO_CPU names. Programs built with the tag noasm
// know the generic class only.
func Class() string { return active.String() }

// ClassNames are what the environment variable GANZOO_CPU may name, the plainest first.
func ClassNames() []string {
	return slices.Concat(classNames[:], pairUnitNames[avx512bf16:])
}

// ProductClass names what computes products of a precision: Class in float32,
// and else "amx" or "avx512bf16" where the machine has such instructions, or Class
// again. Products are the same to the bit wherever it is the same.
func ProductClass(p Precision) string {
	if name := pairUnitNames[activeUnit]; p != Float32 && active == avx512 && name != "" {
		return name
	}
	return Class()
}

// choose returns the class that is asked for by name as far as the machine can
// run it. A name that is not of ClassNames asks for nothing.
func choose(name string) (class, pairUnit) {
	best := detect()
	for c := range best + 1 {
		if c.String() == name {
			return c, noPairs
		}
	}
	unit := detectUnit()
	if name == pairUnitNames[avx512bf16] {
		unit = min(unit, avx512bf16)
	}
	return best, unit
}

// detectUnit returns the best unit for pairs that processor and build allow.
func detectUnit() pairUnit {
	x := &cpu.X86
	switch {
	case detect() < avx512 || !x.HasAVX512BF16:
		return noPairs
	case x.HasAMXTile && x.HasAMXBF16 && requestTiles():
		return amx
	}
	return avx512bf16
}

// detect returns the highest class that processor, operating system and build
// allow.
func detect() class {
	x := &cpu.X86 // all false on other architectures
	switch {
	case !haveAssembly || !x.HasAVX2 || !x.HasFMA:
		return generic
	case x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL && x.HasBMI2:
		return avx512
	}
	return avx2
}

// force makes c the active class and returns what undoes it. It is for tests,
// and not while kernels run.
func force(c class) (undo func()) {
	was := active
	active = c
	return func() { active = was }
}

// forceUnit is force for what multiplies pairs in the class avx512.
func forceUnit(u pairUnit) (undo func()) {
	was := activeUnit
	activeUnit = u
	return func() { activeUnit = was }
}
