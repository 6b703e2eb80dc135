package metrics

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// MaxWassersteinPoints bounds Wasserstein1: its matrix of distances takes
// 8·n² bytes, 200 MB here. 2,500 points take about a second.
const MaxWassersteinPoints = 5000

// Wasserstein1 is the exact earth mover's distance between two sets of equally
// many points in the plane (N×2), each point weighing 1/N:
//
//	W₁ = min over permutations π of (1/N) Σᵢ ‖aᵢ − b_π(i)‖₂
//
// The minimum over couplings is taken by a permutation when all weights are
// equal (Birkhoff), so an assignment problem gives it, here within 1e-9 of the
// greatest distance. Source: Peyré and Cuturi, Computational Optimal Transport,
// arXiv:1803.00567, section 2.2.
func Wasserstein1(a, b *tensor.Tensor) (float64, error) {
	for _, t := range []*tensor.Tensor{a, b} {
		if err := checkPoints(t, "points"); err != nil {
			return 0, err
		}
	}
	n := a.Shape[0]
	if b.Shape[0] != n {
		return 0, fault.New(fault.Usage, fmt.Sprintf("%d points against %d: the sets must have one size", n, b.Shape[0]), "", "")
	}
	if n > MaxWassersteinPoints {
		return 0, fault.New(fault.Usage, fmt.Sprintf("%d points are too many for an exact distance", n), "", fmt.Sprintf("take %d or fewer", MaxWassersteinPoints))
	}
	cost := make([]float64, n*n)
	for i := range n {
		x, y := float64(a.Data[2*i]), float64(a.Data[2*i+1])
		row := cost[i*n:][:n]
		for j := range row {
			dx, dy := x-float64(b.Data[2*j]), y-float64(b.Data[2*j+1])
			row[j] = math.Sqrt(dx*dx + dy*dy)
		}
	}
	total := 0.0
	column, _ := assign(cost, n)
	for i, j := range column {
		total += cost[i*n+j]
	}
	return total / float64(n), nil
}
