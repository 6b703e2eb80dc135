package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// simplex solves the assignment problem as a linear programme: the least
// Σ c[i,j] x[i,j] with row and column sums 1. The last column's equation
// follows from the others and would make the matrix singular.
func simplex(t *testing.T, cost []float64, n int) float64 {
	t.Helper()
	a := mat.NewDense(2*n-1, n*n, nil)
	ones := make([]float64, 2*n-1)
	for k := range ones {
		ones[k] = 1
	}
	for i := range n {
		for j := range n {
			a.Set(i, i*n+j, 1)
			if j < n-1 {
				a.Set(n+j, i*n+j, 1)
			}
		}
	}
	least, _, err := lp.Simplex(cost, a, ones, 1e-10, nil)
	if err != nil {
		t.Fatal(err)
	}
	return least
}

func TestAssignAgainstSimplex(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 3, 5, 8, 12} {
		for trial := range 4 {
			cost := make([]float64, n*n)
			for i := range cost {
				cost[i] = r.Float64()
				if trial%2 == 1 { // many ties
					cost[i] = float64(r.IntN(3))
				}
			}
			column, _ := assign(cost, n)
			got := 0.0
			for i, j := range column {
				got += cost[i*n+j]
			}
			if want := simplex(t, cost, n); math.Abs(got-want) > 1e-7 {
				t.Errorf("n %d, trial %d: %v, the simplex method finds %v", n, trial, got, want)
			}
		}
	}
}

// Whatever the points, the columns are a permutation and the prices prove that
// none is cheaper: the cases are those that generators give, fresh, good and
// collapsed.
func TestAssignIsProvenByItsPrices(t *testing.T) {
	const n = 300
	r := rand.New(rand.NewPCG(3, 4))
	cloud := func(sd, cx float64) []float64 {
		x := make([]float64, 2*n)
		for i := range x {
			x[i] = sd * r.NormFloat64()
		}
		for i := range n {
			x[2*i] += cx
		}
		return x
	}
	ring := cloud(0.01, 0)
	for i := range n {
		s, c := math.Sincos(float64(r.IntN(8)) * math.Pi / 4)
		ring[2*i] += c
		ring[2*i+1] += s
	}
	for name, a := range map[string][]float64{
		"ring itself": ring, "wide cloud": cloud(1, 0), "one mode": cloud(0.01, 1), "one point": cloud(0, 0.7), "far away": cloud(0.1, 100),
	} {
		cost := make([]float64, n*n)
		for i := range n {
			for j := range n {
				cost[i*n+j] = math.Hypot(a[2*i]-ring[2*j], a[2*i+1]-ring[2*j+1])
			}
		}
		column, price := assign(cost, n)
		used := make([]bool, n)
		primal, dual := 0.0, 0.0
		for i, j := range column {
			used[j] = true
			primal += cost[i*n+j]
			least := math.Inf(1)
			for k, p := range price {
				least = min(least, cost[i*n+k]+p)
			}
			dual += least
		}
		for _, p := range price {
			dual -= p
		}
		if slices.Contains(used, false) {
			t.Errorf("%s: a column is left over", name)
		}
		if gap := (primal - dual) / n; gap > 1.1*precision*slices.Max(cost) {
			t.Errorf("%s: mean cost %v, and its bound is %v lower", name, primal/n, gap)
		}
	}
}
