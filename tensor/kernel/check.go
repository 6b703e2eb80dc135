package kernel

const (
	badLengths  = "kernel: slices differ in length"
	badGeometry = "kernel: rows and columns do not fit the slices"
	badStream   = "kernel: element of a random sequence out of range"
)

// sameLength panics unless dst and a are of one length.
func sameLength(dst, a []float32) {
	if len(dst) != len(a) {
		panic(badLengths)
	}
}

// sameLengths panics unless dst, a and b are of one length.
func sameLengths(dst, a, b []float32) {
	if len(dst) != len(a) || len(dst) != len(b) {
		panic(badLengths)
	}
}

// columns panics unless a is rows×cols and dst has cols elements.
func columns(dst, a []float32, rows, cols int) {
	if rows < 0 || cols < 0 || len(a) != rows*cols || len(dst) != cols {
		panic(badGeometry)
	}
}
