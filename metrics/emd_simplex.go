package metrics

import (
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// simplexPlan solves the primal programme of EMD as it stands, N·M variables
// under N+M−1 equations: the last column's follows from the others and would
// make the matrix singular. Costs are N×M, all weights above zero. It returns
// nil where the simplex method fails, as it may by rounding.
func simplexPlan(p, q, cost []float64) []float64 {
	n, m := len(p), len(q)
	if n+m-1 >= n*m {
		return nil // one bin on a side: nothing to choose, and no programme of gonum's
	}
	equations := mat.NewDense(n+m-1, n*m, nil)
	for i := range n {
		for j := range m {
			equations.Set(i, i*m+j, 1)
			if j < m-1 {
				equations.Set(n+j, i*m+j, 1)
			}
		}
	}
	sums := append(append(make([]float64, 0, n+m-1), p...), q[:m-1]...)
	_, plan, err := lp.Simplex(cost, equations, sums, 0, nil)
	if err != nil {
		return nil
	}
	for k := range plan {
		plan[k] = max(plan[k], 0)
	}
	return plan
}
