// Package kernel holds the hot loops of float32 computing: element-wise
// functions, reductions, matrix multiplication, convolution and random numbers,
// and the pool of threads that shares them out.
//
// Every kernel has a portable twin in Go, and twins in assembly for AVX2 and
// AVX-512 where that pays. Convolutions have a second way too, with fewer products
// (winograd.go), in the classes avx2 and avx512. Which one runs is decided once, by the CPU class
// (cpu.go); the tag noasm leaves the portable ones only. The assembly is written
// by the generators in _generate.
//
// Arguments are contiguous slices, and a kernel runs on the caller's thread
// unless it is a method of Pool. Mistakes in lengths panic: they are defects of
// the caller, never a user's.
//
// A result has the same bits for any number of threads, on every machine of one
// CPU class: work is split over outputs, and the order of every sum depends on
// lengths alone.
package kernel
