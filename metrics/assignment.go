package metrics

import (
	"math"
	"slices"
)

const (
	// precision is how far from the least the mean cost of an assignment may
	// be, as a share of the greatest cost: rounding does as much to data that
	// began as float32.
	precision = 1e-9
	// scaling is how much finer the bids are from one phase to the next.
	scaling = 5
)

// assign solves the assignment problem: it returns the column of each row such
// that every column is used once and the mean of the n×n costs is the least,
// within precision × the greatest cost. The prices of the columns prove it: for
// any p, no assignment costs less than Σᵢ minⱼ(c[i,j] + p[j]) − Σⱼ p[j].
//
// It is Bertsekas' auction with ε-scaling (Auction algorithms for network flow
// problems, Computational Optimization and Applications 1 (1992), section 1).
// A row without a column takes the one that is cheapest at the prices, and
// raises its price until its second choice would be better by ε; whoever had
// that column bids next. When all have one, the assignment is within n·ε of
// the least. Coarse ε first keep many rows of like costs, such as a generator
// that has collapsed gives, from raising prices against each other in small
// steps; shortest-path methods take n³ steps for them.
func assign(cost []float64, n int) (column []int, price []float64) {
	column, price = make([]int, n), make([]float64, n)
	most := slices.Max(cost)
	if n == 1 || most <= 0 {
		for i := range column {
			column[i] = i
		}
		return column, price
	}
	const none = -1
	row := make([]int, n)
	finest := precision * most
	for epsilon := most / 4; ; epsilon = max(epsilon/scaling, finest) {
		for j := range row {
			row[j] = none
		}
		for start := range n {
			for bidder := start; bidder != none; {
				j, margin := cheapest(cost[bidder*n:][:n], price)
				price[j] += margin + epsilon
				column[bidder] = j
				bidder, row[j] = row[j], bidder
			}
		}
		if epsilon <= finest {
			return column, price
		}
	}
}

// cheapest returns the column with the least cost plus price, and by how much
// the next one is dearer.
func cheapest(cost, price []float64) (j int, margin float64) {
	best, next := math.Inf(1), math.Inf(1)
	for k, p := range price[:len(cost)] {
		c := cost[k] + p
		if c >= next {
			continue
		}
		if c < best {
			best, next, j = c, best, k
		} else {
			next = c
		}
	}
	return j, next - best
}
