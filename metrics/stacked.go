package metrics

import (
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// StackedSamples is the number of samples the published figures are taken on.
const StackedSamples = 26_000

// StackedModes measures samples of stacked MNIST: images whose three channels
// are three digits, one of 1,000 equally likely modes. Each channel's answers
// are those of a classifier to all samples, 0 … classes−1. A mode is captured
// with at least one sample; the reverse KL is that of the shares of the modes
// against equal ones, in nats.
//
// Source: Metz et al., arXiv:1611.02163, section 3.3; Lin et al., PacGAN,
// arXiv:1712.04086, section 4.2.
//
// Channels of different lengths and answers out of range are a fault of kind Usage.
func StackedModes(channels [][]int64, classes int) (ModeCoverage, error) {
	if len(channels) == 0 || len(channels[0]) == 0 || classes < 1 {
		return ModeCoverage{}, fault.New(fault.Usage, "no answers to count modes of", "", "")
	}
	modes := int(math.Pow(float64(classes), float64(len(channels))))
	counts := make([]int, modes)
	n := len(channels[0])
	for i := range n {
		mode := 0
		for c, answers := range channels {
			if len(answers) != n || answers[i] < 0 || answers[i] >= int64(classes) {
				return ModeCoverage{}, fault.New(fault.Usage, fmt.Sprintf("channel %d has %d answers below %d, the first %d", c, len(answers), classes, n), "", "")
			}
			mode = mode*classes + int(answers[i])
		}
		counts[mode]++
	}
	m := ModeCoverage{Modes: modes, Counts: counts, HighQuality: 1, ReverseKL: reverseKL(counts)}
	for _, c := range counts {
		if c > 0 {
			m.Captured++
		}
	}
	return m, nil
}
