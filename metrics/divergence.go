package metrics

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// Shares makes a distribution of weights: each over their sum. Weights that are
// negative or no numbers, and a sum of zero, are a fault of kind Data.
func Shares(weights []float64) ([]float64, error) {
	sum := 0.0
	for i, w := range weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, fault.New(fault.Data, fmt.Sprintf("weight %d is %v", i+1, w), "", "weights are zero or more")
		}
		sum += w
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return nil, fault.New(fault.Data, fmt.Sprintf("the weights add up to %v", sum), "", "give at least one above zero")
	}
	shares := make([]float64, len(weights))
	for i, w := range weights {
		shares[i] = w / sum
	}
	return shares, nil
}

// KL is the Kullback-Leibler divergence of two histograms over the same bins,
// whose weights are made shares p and q:
//
//	KL(p ‖ q) = Σᵢ pᵢ ln(pᵢ/qᵢ)
//
// in nats, from 0, and infinite where q has nothing and p something. Histograms of
// different lengths, and weights that Shares refuses, are a fault of kind Data. Source:
// Kullback and Leibler, Ann. Math. Statist. 22 (1951).
func KL(p, q []float64) (float64, error) {
	p, q, err := sameBins(p, q)
	if err != nil {
		return 0, err
	}
	return max(0, stat.KullbackLeibler(p, q)), nil
}

// JS is the Jensen-Shannon divergence of two histograms over the same bins,
// whose weights are made shares p and q, with m = (p+q)/2:
//
//	JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m)
//
// in nats, from 0 to ln 2. It refuses what KL does. Source: Lin, IEEE Trans. Inf. Theory 37 (1991).
func JS(p, q []float64) (float64, error) {
	p, q, err := sameBins(p, q)
	if err != nil {
		return 0, err
	}
	return max(0, stat.JensenShannon(p, q)), nil
}

func sameBins(p, q []float64) (_, _ []float64, err error) {
	if len(p) != len(q) || len(p) == 0 {
		return nil, nil, fault.New(fault.Data, fmt.Sprintf("a histogram of %d bins against one of %d", len(p), len(q)), "", "give both the same bins")
	}
	if p, err = Shares(p); err != nil {
		return nil, nil, err
	}
	q, err = Shares(q)
	return p, q, err
}

// Histogram counts answers, 0 … classes−1: one bin a class. It panics for any other.
func Histogram(answers []int64, classes int) []float64 {
	counts := make([]float64, classes)
	for _, a := range answers {
		counts[a]++
	}
	return counts
}
