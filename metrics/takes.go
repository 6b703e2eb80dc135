package metrics

import (
	"fmt"

	"github.com/ganzoo/ganzoo/internal/text"
)

// sampleCount is a number of samples as a protocol has it: "2,500 samples".
func sampleCount(n int) string { return text.Plural(int64(n), "sample", "samples") }

// against is the protocol of a comparison with the test examples.
func (g *Gallery) against(n int) string {
	return sampleCount(n) + " against " + text.Plural(int64(g.Test.Len()), "test example", "test examples")
}

func takeInceptionScore(g *Gallery, set *Set) ([]Figure, error) {
	splits := min(InceptionSplits, set.Len())
	s, err := InceptionScore(set.Probabilities, splits)
	return []Figure{{Name: g.named("IS"), Value: s.Mean, SD: s.SD, Better: higher,
		Note: fmt.Sprintf("%s in %d splits", sampleCount(set.Len()), splits)}}, err
}

func takeConfidence(g *Gallery, set *Set) ([]Figure, error) {
	return []Figure{{Name: g.named("confidence"), Value: 100 * Confident(set.Probabilities, SureAbove), Unit: "%", Better: higher,
		Note: fmt.Sprintf("samples read with a probability of %v or more", SureAbove)},
		{Name: g.named("mean confidence"), Value: 100 * MeanConfidence(set.Probabilities), Unit: "%", Better: higher,
			Note: "probability of the class that a sample is read as"}}, nil
}

func takeClasses(g *Gallery, set *Set) ([]Figure, error) {
	shares := func(s *Set) []float64 { return Histogram(ArgMax(s.Probabilities), s.Probabilities.Shape[1]) }
	kl, err := KL(shares(set), shares(g.Test))
	if err != nil {
		return nil, err
	}
	js, err := JS(shares(set), shares(g.Test))
	return []Figure{
		{Name: g.named("KL of the classes"), Value: kl, Unit: "nats", Better: lower, Note: "shares among the samples against those of the test images"},
		{Name: g.named("JS of the classes"), Value: js, Unit: "nats", Better: lower, Note: "the same, symmetric"},
	}, err
}

func takeAgreement(g *Gallery, set *Set) ([]Figure, error) {
	return []Figure{{Name: g.named("class agreement"), Value: 100 * (1 - ErrorRate(ArgMax(set.Probabilities), set.Labels)), Unit: "%", Better: higher,
		Note: "samples that the classifier finds to be of the class asked for"}}, nil
}

func takeFrechet(g *Gallery, set *Set) ([]Figure, error) {
	d, err := Frechet(set.Vectors, g.Test.Vectors)
	return []Figure{{Name: g.named("FID"), Value: d, Better: lower, Note: g.against(set.Len())}}, err
}

func takeKernelDistance(g *Gallery, set *Set) ([]Figure, error) {
	size := min(KernelSubsetSize, set.Len(), g.Test.Len())
	s, err := KernelDistance(g.Pool, set.Vectors, g.Test.Vectors, KernelSubsets, size, g.Seed)
	return []Figure{{Name: g.named("KID"), Value: s.Mean, SD: s.SD, Better: lower,
		Note: fmt.Sprintf("%d subsets of %s", KernelSubsets, text.Count(int64(size)))}}, err
}

func takeManifold(g *Gallery, set *Set) ([]Figure, error) {
	m, err := Manifolds(g.Pool, set.Vectors, g.Test.Vectors, ManifoldNeighbours)
	note := fmt.Sprintf("%s, k %d", g.against(set.Len()), ManifoldNeighbours)
	figure := func(name string, value float64) Figure {
		return Figure{Name: g.named(name), Value: value, Better: higher, Note: note}
	}
	return []Figure{
		figure("precision", m.Precision), figure("recall", m.Recall), figure("density", m.Density), figure("coverage", m.Coverage),
	}, err
}

func takeModes(g *Gallery, set *Set) ([]Figure, error) {
	m, err := Modes(set.Examples, g.Centres, g.SD)
	return []Figure{
		{Name: "modes captured", Value: float64(m.Captured), Better: higher, Note: fmt.Sprintf("of %s, on %s", text.Count(int64(m.Modes)), sampleCount(set.Len()))},
		{Name: "high-quality samples", Value: 100 * m.HighQuality, Unit: "%", Better: higher, Note: "within 3σ of the nearest centre"},
		{Name: "reverse KL of the modes", Value: m.ReverseKL, Unit: "nats", Better: lower, Note: "shares of the modes against equal ones"},
	}, err
}

func takeStacked(g *Gallery, set *Set) ([]Figure, error) {
	m, err := StackedModes(set.Channels, g.stacked)
	named := func(measure string) string { return measure + " (" + g.reader + ")" }
	return []Figure{
		{Name: named("stacked modes captured"), Value: float64(m.Captured), Better: higher, Note: fmt.Sprintf("of %s, on %s", text.Count(int64(m.Modes)), sampleCount(set.Len()))},
		{Name: named("KL of the stacked modes"), Value: m.ReverseKL, Unit: "nats", Better: lower, Note: "shares of the modes against equal ones"},
	}, err
}

// transportPoints is how many points the exact distance is taken between by
// default: 2,500 take about a second.
const transportPoints = 2500

func takeWasserstein(g *Gallery, set *Set) ([]Figure, error) {
	n := min(set.Len(), g.Test.Len(), transportPoints)
	d, err := Wasserstein1(First(set.Examples, n), First(g.Test.Examples, n))
	return []Figure{{Name: "W₁", Value: d, Better: lower, Note: fmt.Sprintf("exact, %s against as many test points", sampleCount(n))}}, err
}

func takeSliced(g *Gallery, set *Set) ([]Figure, error) {
	d, err := SlicedWasserstein1(g.Pool, set.Examples, g.Test.Examples, SlicedDirections, g.Seed)
	return []Figure{{Name: g.plain("sliced W₁"), Value: d, Better: lower,
		Note: fmt.Sprintf("%s, %d directions", g.against(set.Len()), SlicedDirections)}}, err
}

// twoSampleImages bounds the test on pixels: its time grows with their square.
const twoSampleImages = 2000

// takeTwoSample looks at features where there are some.
func takeTwoSample(g *Gallery, set *Set) ([]Figure, error) {
	name, x, y := g.plain("1-NN accuracy"), set.Examples, g.Test.Examples
	n := min(set.Len(), g.Test.Len())
	switch {
	case set.Features != nil:
		name, x, y = g.named("1-NN accuracy"), set.Vectors, g.Test.Vectors
	case g.images():
		n = min(n, twoSampleImages)
	}
	t, err := TwoSampleTest(g.Pool, First(x, n), First(y, n))
	return []Figure{{Name: name, Value: 100 * t.Accuracy, Unit: "%",
		Note: fmt.Sprintf("best at 50; %.1f%% on %s test examples, %.1f%% on as many samples", 100*t.OnReal, text.Count(int64(n)), 100*t.OnFake)}}, err
}

// neighbourImages is how many samples are looked for among the training images.
const neighbourImages = 1000

func takeNeighbours(g *Gallery, set *Set) ([]Figure, error) {
	n := min(set.Len(), neighbourImages)
	training := g.Training
	if set == g.Test && g.Rest != nil { // each would find itself
		training = g.Rest
	}
	found, err := NearestNeighbours(g.Pool, First(set.Examples, n), training)
	return []Figure{{Name: g.plain("nearest training image"), Value: found.Mean(),
		Note: fmt.Sprintf("mean distance of %s; far below real images' they are copies", sampleCount(n))}}, err
}
