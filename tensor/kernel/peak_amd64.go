//go:build !noasm

package kernel

// peakLoop returns the loop of FMAs of the class in use, and the float32 lanes
// of its registers.
func peakLoop() (loop func(rounds int), lanes int) {
	switch active {
	case avx512:
		return peakAVX512, 16
	case avx2:
		return peakAVX2, 8
	}
	return nil, 0
}
