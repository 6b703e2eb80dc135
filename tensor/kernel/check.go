package kernel

const (
	badLengths  = "kernel: slices differ in length"
	badGeometry = "kernel: rows and columns do not fit the slices"
	badStream   = "kernel: element of a random sequence out of range"

	negativeSize = "kernel: negative size"
	emptySum     = "kernel: a sum without terms"
	badTranspose = "kernel: unknown transposition"
	shortA       = "kernel: a is too short or lda too small"
	shortB       = "kernel: b is too short or ldb too small"
	shortC       = "kernel: c is too short or ldc too small"
	badConv      = "kernel: convolution with a negative size, or a stride or dilation below 1"
	shortX       = "kernel: convolution input is too short"
	shortW       = "kernel: convolution kernel is too short"
	shortY       = "kernel: convolution output is too short"
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

// checkMatrix panics unless length and ld have room for the matrix, rows×cols
// when it is stored as it is named and cols×rows when transposed.
func checkMatrix(straight bool, rows, cols, length, ld int, message string) {
	if !straight {
		rows, cols = cols, rows
	}
	if ld < max(1, cols) || rows > 0 && cols > 0 && length < (rows-1)*ld+cols {
		panic(message)
	}
}
