//go:build !amd64 || noasm

package kernel

// haveAssembly tells whether this build holds kernels in assembly.
const haveAssembly = false
