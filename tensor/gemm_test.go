package tensor

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// TestGemm compares our BLAS and a foreign one, each over one to three
// threads, on small whole numbers, whose sums are exact.
func TestGemm(t *testing.T) {
	const m, n, k, pad = 7, 5, 6, 2
	pools := []*kernel.Pool{nil, kernel.NewPool(2), kernel.NewPool(3)}
	defer pools[1].Close()
	defer pools[2].Close()
	defer blas32.Use(blas32.Implementation())

	for flags := range 8 {
		transA, transB := flags&1 != 0, flags&2 != 0
		m, n := m, n
		if flags&4 != 0 {
			m, n = n, m
		}
		widthA, widthB := k, n
		rowsA, rowsB := m, k
		if transA {
			widthA, rowsA = m, k
		}
		if transB {
			widthB, rowsB = k, n
		}
		a, lda := counting(rowsA, widthA+pad), widthA+pad
		b, ldb := counting(rowsB, widthB+pad), widthB+pad

		want := counting(m, n+pad)
		for i := range m {
			for j := range n {
				var sum float32
				for l := range k {
					x, y := a[at(transA, i, l, lda)], b[at(transB, l, j, ldb)]
					sum += x * y
				}
				want[i*(n+pad)+j] = 2*sum - want[i*(n+pad)+j]
			}
		}
		for name, use := range map[string]func(){
			"ours":    func() { blas32.Use(kernel.BLAS{}) },
			"foreign": func() { blas32.Use(gonum.Implementation{}) },
		} {
			use()
			for _, p := range pools {
				t.Run(fmt.Sprintf("%s/%d/threads=%d", name, flags, p.Threads()), func(t *testing.T) {
					got := counting(m, n+pad)
					Gemm(p, transA, transB, m, n, k, 2, a, lda, b, ldb, -1, got, n+pad)
					for i := range want {
						if got[i] != want[i] {
							t.Fatalf("element %d is %v, want %v", i, got[i], want[i])
						}
					}
				})
			}
		}
	}
}

// at is the place of an element of op(X).
func at(trans bool, i, j, ld int) int {
	if trans {
		i, j = j, i
	}
	return i*ld + j
}

// counting returns a matrix of small whole numbers.
func counting(rows, ld int) []float32 {
	x := make([]float32, rows*ld)
	for i := range x {
		x[i] = float32(i*7%11 - 5)
	}
	return x
}

func TestGemmEmpty(t *testing.T) {
	defer blas32.Use(blas32.Implementation())
	p := kernel.NewPool(2)
	defer p.Close()
	blas32.Use(gonum.Implementation{})
	c := []float32{1, 2, 3}
	Gemm(p, false, false, 3, 1, 0, 1, make([]float32, 2), 1, nil, 1, 2, c, 1) // gonum wants (m−1)·lda even so
	if c[0] != 2 || c[1] != 4 || c[2] != 6 {
		t.Errorf("C = %v, want beta·C", c)
	}
	Gemm(p, false, false, 0, 1, 1, 1, nil, 1, []float32{1}, 1, 0, nil, 1)
}

func TestOurBLASIsTheDefault(t *testing.T) {
	if _, ok := blas32.Implementation().(kernel.BLAS); !ok {
		t.Errorf("blas32 uses %T", blas32.Implementation())
	}
}
