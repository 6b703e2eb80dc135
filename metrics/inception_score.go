package metrics

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/ganzoo/ganzoo/tensor"
)

// InceptionSplits is how many parts the published scores are the mean of.
const InceptionSplits = 10

// Spread is a mean over parts of the samples with its standard deviation, that
// of the parts themselves (division by their number, as numpy.std).
type Spread struct{ Mean, SD float64 }

// InceptionScore says how sure a classifier is of each sample and how evenly
// its answers are spread. With p(y|x) the probabilities (N×K) and p(y) their
// mean over a split
//
//	IS = exp( E_x KL(p(y|x) ‖ p(y)) )
//
// from 1 to K, higher is better; the mean over the splits, of which there is at least
// one and no more than samples. Samples beyond a multiple of the splits are left out.
//
// Source: Salimans et al., arXiv:1606.03498, section 4, and its code.
func InceptionScore(probabilities *tensor.Tensor, splits int) (Spread, error) {
	if err := checkVectors(splits, probabilities); err != nil {
		return Spread{}, err
	}
	n, k := rows(probabilities)
	per := n / splits
	scores := make([]float64, splits)
	for s := range scores {
		scores[s] = inceptionScore(probabilities.Data[s*per*k:][:per*k], k)
	}
	return spreadOf(scores), nil
}

func inceptionScore(p []float32, k int) float64 {
	marginal := make([]float64, k)
	n := len(p) / k
	for i, v := range p {
		marginal[i%k] += float64(v) / float64(n)
	}
	kl := 0.0
	for i, v := range p {
		if v > 0 { // 0·ln 0 = 0
			kl += float64(v) * math.Log(float64(v)/marginal[i%k])
		}
	}
	return math.Exp(kl / float64(n))
}

func spreadOf(x []float64) Spread {
	mean, sd := stat.PopMeanStdDev(x, nil)
	return Spread{mean, sd}
}
