package kernel

// positions are the places in an image batch where a convolution leaves its
// results: row i of C is channel i, column j a position (n,a,b), which lies at
//
//	dst[n, i, origin + a·stepH + b·stepW]
type positions struct {
	dst          []float32
	channels     int
	plane        int // elements in a channel
	rows, cols   int // positions in an image
	origin       int
	stepH, stepW int
}

// matrix finds columns of one image side by side if the positions fill it.
func (y *positions) matrix(i, j, cols int) ([]float32, int) {
	perImage := y.rows * y.cols
	p := j % perImage
	if y.stepW != 1 || y.stepH != y.cols || p+cols > perImage {
		return nil, 0
	}
	return y.dst[(j/perImage*y.channels+i)*y.plane+y.origin+p:], y.plane
}

// store takes beta 0 or 1: it adds or overwrites.
func (y *positions) store(t *tileSet, src []float32, ld, i, rows, j, cols int, beta float32) {
	for done := 0; done < cols; {
		b := (j + done) % y.cols
		a := (j + done) / y.cols % y.rows
		n := (j + done) / (y.cols * y.rows)
		run := min(cols-done, y.cols-b)
		at := (n*y.channels+i)*y.plane + y.origin + a*y.stepH + b*y.stepW
		for v := 0; v < run; v += t.lanes {
			mask := lanesBetween(0, run-v, t.lanes)
			t.store(y.stepW, y.dst[at+v*y.stepW:], src[done+v:], rows, y.plane, ld, mask, beta != 0)
		}
		done += run
	}
}
