package kernel

import (
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// TestBLAS compares with gonum on small whole numbers, whose sums are exact.
func TestBLAS(t *testing.T) {
	const m, n, k, ld = 9, 7, 11, 13
	x, y := make([]float32, ld*ld), make([]float32, ld*ld)
	for i := range x {
		x[i], y[i] = float32(i%7-3), float32(i%5-2)
	}
	flags := []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
	for _, tA := range flags {
		for _, tB := range flags {
			got, want := make([]float32, m*ld), make([]float32, m*ld)
			for i := range got {
				got[i], want[i] = float32(i), float32(i)
			}
			BLAS{}.Sgemm(tA, tB, m, n, k, 2, x, ld, y, ld, -1, got, ld)
			gonum.Implementation{}.Sgemm(tA, tB, m, n, k, 2, x, ld, y, ld, -1, want, ld)
			sameBits(t, string([]byte{byte(tA), byte(tB)}), got, want)
		}
	}
}

func TestBLASRefusesUnknownFlags(t *testing.T) {
	defer func() {
		if got := recover(); got != badTranspose {
			t.Errorf("panic %v, want %q", got, badTranspose)
		}
	}()
	BLAS{}.Sgemm('X', blas.NoTrans, 1, 1, 1, 1, []float32{1}, 1, []float32{1}, 1, 0, []float32{1}, 1)
}
