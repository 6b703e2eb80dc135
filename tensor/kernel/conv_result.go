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

// store overwrites: a convolution has no beta.
func (y *positions) store(t *tileSet, src []float32, ld, i, rows, j, cols int, _ float32) {
	perImage := y.rows * y.cols
	for done := 0; done < cols; {
		n, p := (j+done)/perImage, (j+done)%perImage
		some := min(cols-done, perImage-p)
		y.storeImage(t, y.dst[(n*y.channels+i)*y.plane+y.origin:], src[done:], ld, rows, p, some)
		done += some
	}
}

// storeImage writes positions p … p+some−1 of one image in some channels.
func (y *positions) storeImage(t *tileSet, dst, src []float32, ld, channels, p, some int) {
	if y.stepW == 1 && y.stepH == y.cols {
		for c := range channels {
			copy(dst[c*y.plane+p:][:some], src[c*ld:])
		}
		return
	}
	for done := 0; done < some; {
		a, b := (p+done)/y.cols, (p+done)%y.cols
		// The rest of a row, or as many whole rows as there are.
		rows, run := 1, min(some-done, y.cols-b)
		if b == 0 {
			rows = max(1, (some-done)/y.cols)
		}
		for v := 0; v < run; v += t.lanes {
			at := a*y.stepH + (b+v)*y.stepW
			t.store(y.stepW, dst[at:], src[done+v:], channels, y.plane, ld, rows, y.stepH, y.cols, lanesBetween(0, run-v, t.lanes), false)
		}
		done += rows * run
	}
}
