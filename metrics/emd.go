package metrics

import (
	"fmt"
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// MaxTransportCells bounds EMD, as the number of bins of p times those of q:
// 2,000×2,000.
const MaxTransportCells = 4_000_000

// maxSimplexCells is up to which size of the matrix of costs EMD solves the linear
// programme by the simplex method: 24×24 take about 0.1 s, and the time grows with the
// third power of the cells.
const maxSimplexCells = 576

// Transport is an optimal way to turn a distribution p over N bins into a
// distribution q over M, with its proof.
type Transport struct {
	Distance float64 // Σ π c, the primal value
	Dual     float64 // Σ p f + Σ q g, never above the least distance
	Gap      float64 // Distance − Dual: what the plan costs too much at most

	Plan        [][]float64 // π, N×M: rows add up to p, columns to q
	PotentialsP []float64   // f, N
	PotentialsQ []float64   // g, M; f[i] + g[j] ≤ c[i][j] for all pairs
}

// EMD is the earth mover's distance between two discrete distributions, whose
// weights are made shares p and q, at the cost c (N×M) of moving one unit:
//
//	primal: min Σᵢⱼ π[i,j] c[i,j]   with Σⱼ π[i,j] = p[i], Σᵢ π[i,j] = q[j], π ≥ 0
//	dual:   max Σᵢ p[i] f[i] + Σⱼ q[j] g[j]   with f[i] + g[j] ≤ c[i,j]
//
// Where c is a distance it is W₁, in units of c, and f and −g can be taken as
// one function of slope 1: the critic of a Wasserstein GAN. Small programmes are
// solved by the simplex method, large ones as a flow; the dual is found from the
// plan, and so proves it in either case. Weights that Shares refuses and costs that are
// not finite numbers for every pair are a fault of kind Data, more than
// MaxTransportCells one of kind Usage.
//
// Source: Peyré and Cuturi, Computational Optimal Transport, arXiv:1803.00567,
// sections 2.3 and 2.5.
func EMD(p, q []float64, cost [][]float64) (*Transport, error) {
	p, err := Shares(p)
	if err != nil {
		return nil, err
	}
	if q, err = Shares(q); err != nil {
		return nil, err
	}
	if err := checkCost(cost, len(p), len(q)); err != nil {
		return nil, err
	}
	t := &Transport{Plan: make([][]float64, len(p))}
	for i := range t.Plan {
		t.Plan[i] = make([]float64, len(q))
	}
	t.solve(p, q, cost)
	t.PotentialsP, t.PotentialsQ = potentials(t.Plan, cost)
	for i, row := range t.Plan {
		t.Dual += p[i] * t.PotentialsP[i]
		for j, moved := range row {
			t.Distance += moved * cost[i][j]
		}
	}
	for j, g := range t.PotentialsQ {
		t.Dual += q[j] * g
	}
	t.Gap = t.Distance - t.Dual
	return t, nil
}

func checkCost(cost [][]float64, n, m int) error {
	if n*m > MaxTransportCells {
		return fault.New(fault.Usage, fmt.Sprintf("%d bins against %d are too many", n, m), "", fmt.Sprintf("%d pairs at most: join bins", MaxTransportCells))
	}
	if len(cost) != n {
		return fault.New(fault.Data, fmt.Sprintf("costs from %d bins, and there are %d", len(cost), n), "", "give a row for each weight of the first distribution")
	}
	for i, row := range cost {
		if len(row) != m {
			return fault.New(fault.Data, fmt.Sprintf("row %d has costs to %d bins, and there are %d", i+1, len(row), m), "", "give a column for each weight of the second distribution")
		}
		for j, c := range row {
			if math.IsNaN(c) || math.IsInf(c, 0) {
				return fault.New(fault.Data, fmt.Sprintf("the cost from bin %d to bin %d is %v", i+1, j+1, c), "", "costs are finite numbers")
			}
		}
	}
	return nil
}

// solve fills the plan. Bins without weight take no part: they would make the
// programme degenerate.
func (t *Transport) solve(p, q []float64, cost [][]float64) {
	from, to := weighty(p), weighty(q)
	flat := make([]float64, 0, len(from)*len(to))
	for _, i := range from {
		for _, j := range to {
			flat = append(flat, cost[i][j])
		}
	}
	supply, demand := at(p, from), at(q, to)
	var plan []float64
	if len(flat) <= maxSimplexCells {
		plan = simplexPlan(supply, demand, flat)
	}
	if plan == nil {
		plan = flowPlan(supply, demand, flat)
	}
	for k, moved := range plan {
		t.Plan[from[k/len(to)]][to[k%len(to)]] = moved
	}
}

// weighty lists the bins with weight.
func weighty(p []float64) []int {
	var bins []int
	for i, w := range p {
		if w > 0 {
			bins = append(bins, i)
		}
	}
	return bins
}

func at(x []float64, places []int) []float64 {
	out := make([]float64, len(places))
	for k, i := range places {
		out[k] = x[i]
	}
	return out
}

// moves is the weight from which a plan's entry is no rounding.
const moves = 1e-10

// potentials returns an optimal dual solution for an optimal plan. By
// complementary slackness f[i] + g[j] = c[i,j] wherever weight moves, so −f and
// g are shortest distances in the graph that has an arc i → j of length c[i,j]
// for every pair and one j → i of length −c[i,j] where weight moves; an optimal
// plan is one that leaves no cycle of negative length in it (Bellman and Ford's
// method; Ahuja, Magnanti and Orlin, Network Flows, theorem 9.1).
func potentials(plan, cost [][]float64) (f, g []float64) {
	f, g = make([]float64, len(plan)), make([]float64, len(plan[0]))
	largest := 0.0
	for _, row := range cost {
		largest = max(largest, slices.Max(row), -slices.Min(row))
	}
	slack := 1e-14 * largest // rounding must not pass for progress
	for range len(f) + len(g) {
		changed := false
		for i, row := range cost {
			for j, c := range row {
				if d := c - f[i]; d < g[j]-slack {
					g[j], changed = d, true
				}
			}
		}
		for i, row := range plan {
			for j, moved := range row {
				if d := cost[i][j] - g[j]; moved > moves && d > f[i]+slack {
					f[i], changed = d, true
				}
			}
		}
		if !changed {
			break
		}
	}
	// Whatever rounding has left, the dual must be feasible to be a bound: g
	// becomes the greatest that f allows. The first bin's f is 0 by choice.
	first := f[0]
	for i := range f {
		f[i] -= first
	}
	for j := range g {
		g[j] = math.Inf(1)
		for i := range f {
			g[j] = min(g[j], cost[i][j]-f[i])
		}
	}
	return f, g
}
