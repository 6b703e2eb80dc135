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

func (y *positions) store(src []float32, ld, i, rows, j, cols int, beta float32) {
	for done := 0; done < cols; {
		b := (j + done) % y.cols
		a := (j + done) / y.cols % y.rows
		n := (j + done) / (y.cols * y.rows)
		run := min(cols-done, y.cols-b)
		at := (n*y.channels+i)*y.plane + y.origin + a*y.stepH + b*y.stepW
		for r := range rows {
			storeRun(y.dst[at+r*y.plane:], src[r*ld+done:][:run], y.stepW, beta)
		}
		done += run
	}
}

// storeRun writes src to every step-th element of dst, adding beta times what
// is there.
func storeRun(dst, src []float32, step int, beta float32) {
	switch {
	case beta == 0 && step == 1:
		copy(dst, src)
	case beta == 0:
		for i, v := range src {
			dst[i*step] = v
		}
	default:
		for i, v := range src {
			dst[i*step] = v + float32(beta*dst[i*step])
		}
	}
}
