//go:build !noasm

package kernel

// haveAssembly tells whether this build holds kernels in assembly.
const haveAssembly = true
