package metrics

import "github.com/ganzoo/ganzoo/tensor"

// ArgMax returns the column of the largest value in each row of scores, N×K:
// the answer of a classifier. Of equal values the first counts.
func ArgMax(scores *tensor.Tensor) []int64 {
	width := scores.Shape[len(scores.Shape)-1]
	answers := make([]int64, len(scores.Data)/width)
	for i := range answers {
		row := scores.Data[i*width:][:width]
		best := 0
		for k, v := range row {
			if v > row[best] {
				best = k
			}
		}
		answers[i] = int64(best)
	}
	return answers
}

// ErrorRate is the share of answers that are not the labels, 0 … 1. The two
// have one length.
func ErrorRate(answers, labels []int64) float64 {
	wrong := 0
	for i, a := range answers {
		if a != labels[i] {
			wrong++
		}
	}
	return float64(wrong) / float64(max(1, len(answers)))
}

// MajorityVote names clusters: it maps each to the label that most of its
// members have, the smallest of equally frequent ones. The two lists are of the same
// examples in one order. A cluster that is not
// among the answers has no name in the map.
//
// Source: Springenberg, arXiv:1511.06390, section 4.1.
func MajorityVote(clusters, labels []int64) map[int64]int64 {
	counts := map[int64]map[int64]int{}
	for i, c := range clusters {
		if counts[c] == nil {
			counts[c] = map[int64]int{}
		}
		counts[c][labels[i]]++
	}
	vote := map[int64]int64{}
	for c, members := range counts {
		first := true
		for label, n := range members {
			best := vote[c]
			if first || n > members[best] || n == members[best] && label < best {
				vote[c], first = label, false
			}
		}
	}
	return vote
}
