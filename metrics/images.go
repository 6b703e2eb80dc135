package metrics

import (
	"fmt"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Figure is a measured value beside what the same code says of real images.
type Figure struct {
	Name   string
	Value  float64
	SD     float64 // over parts of the samples; 0: there were none
	Real   float64 // with real images in the place of the samples: no generator does better for long
	Unit   string
	Better string // "lower", "higher" or empty
	Note   string // protocol
}

// Images is a set of images with what an Extractor sees in them.
type Images struct {
	Pixels    *tensor.Tensor // N×C×H×W in −1…1
	*Features                // nil without an extractor
}

// Len is N.
func (s *Images) Len() int { return s.Pixels.Shape[0] }

// first is the set of the first n images.
func (s *Images) first(n int) *Images {
	if n >= s.Len() {
		return s
	}
	t := &Images{Pixels: First(s.Pixels, n)}
	if s.Features != nil {
		t.Features = &Features{Vectors: First(s.Vectors, n)}
		if s.Probabilities != nil {
			t.Features.Probabilities = First(s.Probabilities, n)
		}
	}
	return t
}

// Gallery is all that the measures of images look at.
type Gallery struct {
	Samples  *Images  // of the generator
	Test     *Images  // real images that training has not seen
	Control  *Images  // real training images, as many as the samples: what takes their place for Figure.Real
	Training Examples // all of the training images

	Extractor string // its name; empty: there is none
	Pool      *kernel.Pool
	Seed      uint64 // of subsets and directions
}

// ImageMeasure is a measure that can be asked for by name.
type ImageMeasure struct {
	Name  string
	Doc   string // what it says, in half a sentence
	Needs Need

	// take measures a set against the test images.
	take func(g *Gallery, set *Images) ([]Figure, error)
	// control is what stands in for the samples, when it is not Gallery.Control.
	control func(g *Gallery) *Images
}

// Need is what a measure cannot do without.
type Need int

const (
	NeedsPixels     Need = iota // nothing but the images
	NeedsFeatures               // an extractor
	NeedsClassifier             // an extractor with probabilities
)

// ImageMeasures are all measures of images, in the order they are shown.
var ImageMeasures = []ImageMeasure{
	{Name: "is", Doc: "inception score", Needs: NeedsClassifier, take: takeInceptionScore},
	{Name: "confidence", Doc: "share of the samples that the classifier reads without doubt", Needs: NeedsClassifier, take: takeConfidence},
	{Name: "classes", Doc: "KL and JS divergence of the classes' shares from the test images'", Needs: NeedsClassifier, take: takeClasses},
	{Name: "fid", Doc: "Fréchet distance of the features", Needs: NeedsFeatures, take: takeFrechet},
	{Name: "kid", Doc: "kernel distance of the features", Needs: NeedsFeatures, take: takeKernelDistance},
	{Name: "prdc", Doc: "precision, recall, density and coverage of the features", Needs: NeedsFeatures, take: takeManifold},
	{Name: "two-sample", Doc: "whether nearest neighbours tell samples from test images", take: takeTwoSample},
	{Name: "sliced", Doc: "sliced Wasserstein distance of the pixels", take: takeSliced},
	{Name: "neighbours", Doc: "distance of the samples to the training images", take: takeNeighbours,
		control: func(g *Gallery) *Images { return g.Test }},
}

// Measure takes the measure on the samples and on what stands in for them.
func (m *ImageMeasure) Measure(g *Gallery) ([]Figure, error) {
	figures, err := m.take(g, g.Samples)
	if err != nil {
		return nil, err
	}
	control := g.Control
	if m.control != nil {
		control = m.control(g)
	}
	floor, err := m.take(g, control)
	if err != nil {
		return nil, err
	}
	for i := range figures {
		figures[i].Real = floor[i].Value
	}
	return figures, nil
}

const (
	lower  = "lower"
	higher = "higher"
)

func (g *Gallery) named(measure string) string { return measure + " (" + g.Extractor + ")" }

func (g *Gallery) against(set *Images) string {
	return fmt.Sprintf("%d samples against %d test images", set.Len(), g.Test.Len())
}

func takeInceptionScore(g *Gallery, set *Images) ([]Figure, error) {
	splits := min(InceptionSplits, set.Len())
	s, err := InceptionScore(set.Probabilities, splits)
	return []Figure{{Name: g.named("IS"), Value: s.Mean, SD: s.SD, Better: higher,
		Note: fmt.Sprintf("%d samples in %d splits", set.Len(), splits)}}, err
}

func takeConfidence(g *Gallery, set *Images) ([]Figure, error) {
	return []Figure{{Name: g.named("confidence"), Value: 100 * Confident(set.Probabilities, SureAbove), Unit: "%", Better: higher,
		Note: fmt.Sprintf("samples read with a probability of %v or more", SureAbove)}}, nil
}

func takeClasses(g *Gallery, set *Images) ([]Figure, error) {
	k := set.Probabilities.Shape[1]
	shares := func(s *Images) []float64 { return Histogram(ArgMax(s.Probabilities), k) }
	kl, err := KL(shares(set), shares(g.Test))
	if err != nil {
		return nil, err
	}
	js, err := JS(shares(set), shares(g.Test))
	return []Figure{
		{Name: g.named("KL of the classes"), Value: kl, Unit: "nats", Better: lower, Note: "shares of the samples against those of the test images"},
		{Name: g.named("JS of the classes"), Value: js, Unit: "nats", Better: lower, Note: "the same, symmetric"},
	}, err
}

func takeFrechet(g *Gallery, set *Images) ([]Figure, error) {
	d, err := Frechet(set.Vectors, g.Test.Vectors)
	return []Figure{{Name: g.named("FID"), Value: d, Better: lower, Note: g.against(set)}}, err
}

func takeKernelDistance(g *Gallery, set *Images) ([]Figure, error) {
	size := min(KernelSubsetSize, set.Len(), g.Test.Len())
	s, err := KernelDistance(g.Pool, set.Vectors, g.Test.Vectors, KernelSubsets, size, g.Seed)
	return []Figure{{Name: g.named("KID"), Value: s.Mean, SD: s.SD, Better: lower,
		Note: fmt.Sprintf("%d subsets of %d", KernelSubsets, size)}}, err
}

func takeManifold(g *Gallery, set *Images) ([]Figure, error) {
	m, err := Manifolds(g.Pool, set.Vectors, g.Test.Vectors, ManifoldNeighbours)
	note := fmt.Sprintf("%s, k %d", g.against(set), ManifoldNeighbours)
	figure := func(name string, value float64) Figure {
		return Figure{Name: g.named(name), Value: value, Better: higher, Note: note}
	}
	return []Figure{
		figure("precision", m.Precision), figure("recall", m.Recall), figure("density", m.Density), figure("coverage", m.Coverage),
	}, err
}

// twoSampleImages bounds the test on pixels: its time grows with their square.
const twoSampleImages = 2000

// takeTwoSample looks at features where there are some.
func takeTwoSample(g *Gallery, set *Images) ([]Figure, error) {
	name, note := g.named("1-NN accuracy"), "samples"
	n := min(set.Len(), g.Test.Len())
	if g.Extractor == "" {
		name, n = "1-NN accuracy (pixels)", min(n, twoSampleImages)
	}
	a, b := set.first(n), g.Test.first(n)
	x, y := a.Pixels, b.Pixels
	if g.Extractor != "" {
		x, y = a.Vectors, b.Vectors
	}
	t, err := TwoSampleTest(g.Pool, x, y)
	return []Figure{{Name: name, Value: 100 * t.Accuracy, Unit: "%",
		Note: fmt.Sprintf("best at 50; %.1f%% on %d test images, %.1f%% on as many %s", 100*t.OnReal, n, 100*t.OnFake, note)}}, err
}

func takeSliced(g *Gallery, set *Images) ([]Figure, error) {
	d, err := SlicedWasserstein1(g.Pool, set.Pixels, g.Test.Pixels, SlicedDirections, g.Seed)
	return []Figure{{Name: "sliced W₁ (pixels)", Value: d, Better: lower,
		Note: fmt.Sprintf("%s, %d directions", g.against(set), SlicedDirections)}}, err
}

// neighbourImages is how many samples are looked for among the training images.
const neighbourImages = 1000

func takeNeighbours(g *Gallery, set *Images) ([]Figure, error) {
	n := min(set.Len(), neighbourImages)
	found, err := NearestNeighbours(g.Pool, First(set.Pixels, n), g.Training)
	return []Figure{{Name: "nearest training image (pixels)", Value: found.Mean(),
		Note: fmt.Sprintf("mean distance of %d samples; far below that of real images they are copies", n)}}, err
}
