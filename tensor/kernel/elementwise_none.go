//go:build !amd64 || noasm

package kernel

var twins = [classes]routines{generic: genericRoutines}
