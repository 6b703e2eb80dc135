package metrics

import (
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// contingency counts how often each cluster meets each label, K×L, where K and L
// are one more than the largest of each. Negative numbers and lists of different
// lengths are a fault of kind Usage.
func contingency(clusters, labels []int64) (counts []float64, k, l int, err error) {
	if len(clusters) != len(labels) || len(labels) == 0 {
		return nil, 0, 0, fault.New(fault.Usage, "clusters and labels are not of the same examples", "", "")
	}
	for i, c := range clusters {
		if c < 0 || labels[i] < 0 || c > math.MaxInt16 || labels[i] > math.MaxInt16 {
			return nil, 0, 0, fault.New(fault.Usage, "clusters and labels are numbers from 0 to 32,767", "", "")
		}
		k, l = max(k, int(c)+1), max(l, int(labels[i])+1)
	}
	counts = make([]float64, k*l)
	for i, c := range clusters {
		counts[int(c)*l+int(labels[i])]++
	}
	return counts, k, l, nil
}

// ClusterAccuracy (ACC) is the share of examples, 0 … 1, whose cluster has the
// name of their label, under the best names that give each label to at most one
// cluster: MajorityVote may give it to several. Both lists are of the same examples, of
// numbers from 0 to 32,767; others are a fault of kind Usage.
//
// Source: Xie et al., arXiv:1511.06335, equation 10.
func ClusterAccuracy(clusters, labels []int64) (float64, error) {
	counts, k, l, err := contingency(clusters, labels)
	if err != nil {
		return 0, err
	}
	n := max(k, l)
	cost := make([]float64, n*n) // what a name misses, so that the least is the best
	for i := range n {
		for j := range n {
			cost[i*n+j] = float64(len(labels))
			if i < k && j < l {
				cost[i*n+j] -= counts[i*l+j]
			}
		}
	}
	column, _ := assign(cost, n)
	right := 0.0
	for i, j := range column {
		right += float64(len(labels)) - cost[i*n+j]
	}
	return right / float64(len(labels)), nil
}

// MutualInformation is what clusters tell of labels, in nats:
//
//	I = Σ p(c,y) ln( p(c,y) / (p(c)·p(y)) )
//
// from 0 to ln of the number of classes, higher is better. It is the plug-in
// estimate; InfoGAN's bound (arXiv:1606.03657, equation 5) approaches it from
// below. It takes what ClusterAccuracy does.
func MutualInformation(clusters, labels []int64) (float64, error) {
	counts, k, l, err := contingency(clusters, labels)
	if err != nil {
		return 0, err
	}
	ofCluster, ofLabel := make([]float64, k), make([]float64, l)
	n := float64(len(labels))
	for i, c := range counts {
		ofCluster[i/l] += c
		ofLabel[i%l] += c
	}
	information := 0.0
	for i, c := range counts {
		if c > 0 {
			information += c / n * math.Log(c*n/(ofCluster[i/l]*ofLabel[i%l]))
		}
	}
	return max(0, information), nil
}
