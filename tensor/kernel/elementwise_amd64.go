//go:build !noasm

package kernel

var twins = [classes]routines{generic: genericRoutines, avx2: genericRoutines, avx512: genericRoutines}
