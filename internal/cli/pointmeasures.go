package cli

import (
	"fmt"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/cli/text"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// maxTransport is how many points the exact distance is taken between: its
// time grows with their cube, and 2,500 take about a second.
const maxTransport = 2500

// pointMeasures measures samples (N×2) of a generator against its data: the
// modes where the data has modes that are known, and W₁ to the test points.
func pointMeasures(samples *tensor.Tensor, d zoo.Dataset) ([]zoo.Measure, error) {
	var measures []zoo.Measure
	if mixture, ok := data.Toy(d.Name); ok {
		m, err := metrics.Modes(samples, mixture.Centres, mixture.SD)
		if err != nil {
			return nil, err
		}
		note := fmt.Sprintf("of %d, on %s", m.Modes, text.Plural(int64(samples.Shape[0]), "sample", "samples"))
		measures = append(measures,
			zoo.Measure{Name: "modes captured", Value: float64(m.Captured), Better: "higher", Note: note},
			zoo.Measure{Name: "high-quality samples", Value: 100 * m.HighQuality, Unit: "%", Better: "higher", Note: "within 3σ of the nearest centre"},
			zoo.Measure{Name: "reverse KL of the modes", Value: m.ReverseKL, Unit: "nats", Better: "lower", Note: "shares of the modes against equal ones"},
		)
	}
	points, err := testPoints(d)
	if err != nil {
		return nil, err
	}
	n := min(samples.Shape[0], points.Shape[0], maxTransport)
	w1, err := metrics.Wasserstein1(firstPoints(samples, n), firstPoints(points, n))
	if err != nil {
		return nil, err
	}
	return append(measures, zoo.Measure{Name: "W₁", Value: w1, Better: "lower",
		Note: fmt.Sprintf("exact, %s against as many test points", text.Plural(int64(n), "sample", "samples"))}), nil
}

// testPoints are what samples are held against: the data's test part, or where
// it has none what was trained on.
func testPoints(d zoo.Dataset) (*tensor.Tensor, error) {
	if d.TestX != "" {
		return npy.ReadTensor(d.TestX)
	}
	return npy.ReadTensor(d.TrainX)
}

func firstPoints(t *tensor.Tensor, n int) *tensor.Tensor { return tensor.Of(t.Data[:2*n], n, 2) }
