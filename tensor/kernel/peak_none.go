//go:build !amd64 || noasm

package kernel

func peakLoop() (loop func(rounds int), lanes int) { return nil, 0 }
