package metrics

import (
	"math"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// distanceCells bounds a block of distances that is in memory at once: 16 MB.
const distanceCells = 4 << 20

// eachRow calls visit for each vector i of a with its squared distances to all
// vectors of b, on the threads of the pool. It reckons ‖a−b‖² as
// ‖a‖² + ‖b‖² − 2⟨a,b⟩, so a distance that is tiny beside the norms keeps few
// digits: exact recomputes one.
func eachRow(pool *kernel.Pool, a, b *tensor.Tensor, visit func(i int, squared []float32)) {
	n, d := rows(a)
	m, _ := rows(b)
	normsA, normsB := squaredNorms(pool, a), squaredNorms(pool, b)
	block := min(n, max(1, distanceCells/m))
	products := make([]float32, block*m)
	for first := 0; first < n; first += block {
		count := min(block, n-first)
		tensor.Gemm(pool, false, true, count, m, d, -2, a.Data[first*d:], d, b.Data, d, 0, products, m)
		pool.RunFunc(count, func(k int) {
			row := products[k*m:][:m]
			norm := normsA[first+k]
			for j, v := range normsB {
				row[j] = max(row[j]+norm+v, 0)
			}
			visit(first+k, row)
		})
	}
}

func squaredNorms(pool *kernel.Pool, t *tensor.Tensor) []float32 {
	n, d := rows(t)
	norms := make([]float32, n)
	pool.RunFunc(n, func(i int) {
		x := t.Data[i*d:][:d]
		norms[i] = kernel.Dot(x, x)
	})
	return norms
}

// exact is the distance ‖x−y‖₂ in full precision.
func exact(x, y []float32) float64 {
	sum := 0.0
	for i := range x {
		d := float64(x[i]) - float64(y[i])
		sum += d * d
	}
	return math.Sqrt(sum)
}

// self is no index of a vector: no vector is left out.
const self = -1

// leastBut returns the place and the value of the least number, but for the one
// at the place except. Of equal ones the first counts.
func leastBut(x []float32, except int) (at int, least float32) {
	at, least = self, float32(math.Inf(1))
	for i, v := range x {
		if v < least && i != except {
			at, least = i, v
		}
	}
	return at, least
}

// radii returns the squared distance of each vector to its k-th nearest other.
func radii(pool *kernel.Pool, t *tensor.Tensor, k int) []float32 {
	n, _ := rows(t)
	out := make([]float32, n)
	eachRow(pool, t, t, func(i int, squared []float32) {
		out[i] = kthBut(squared, k, i)
	})
	return out
}

// kthBut returns the k-th least number but for the one at the place except.
func kthBut(x []float32, k, except int) float32 {
	least := make([]float32, k) // ascending
	for i := range least {
		least[i] = float32(math.Inf(1))
	}
	for i, v := range x {
		if v >= least[k-1] || i == except {
			continue
		}
		j := k - 1
		for ; j > 0 && least[j-1] > v; j-- {
			least[j] = least[j-1]
		}
		least[j] = v
	}
	return least[k-1]
}
