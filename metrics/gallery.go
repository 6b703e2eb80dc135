package metrics

import (
	"context"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Set is a set of images or points, with what an Extractor sees in images.
type Set struct {
	Examples  *tensor.Tensor // N×C×H×W in −1…1, or N×2
	*Features                // nil before Look and for points
	Labels    []int64        // the classes that images were asked for; nil: none were
	Channels  [][]int64      // what is in each channel of stacked images; nil before Read and for others
}

// Len is N.
func (s *Set) Len() int { return s.Examples.Shape[0] }

// Gallery is all that the measures look at. All three sets must be there.
type Gallery struct {
	Samples  *Set     // of the generator
	Test     *Set     // real examples that training has not seen
	Control  *Set     // real training examples, as many as the samples: they take their place for Figure.Real
	Training Examples // all real training examples; nil: not at hand
	Rest     Examples // Training but for Test; nil: Test is no part of it

	Centres [][2]float64 // of a mixture of points; nil: it is none
	SD      float64      // of its modes

	Pool *kernel.Pool // may be nil
	Seed uint64       // of subsets and directions

	extractor string // the name of the one that has looked; empty: none
	reader    string // the name of the one that has read; empty: none
	stacked   int    // classes in each channel
}

// ChannelReader names what it finds in each channel of images, N×C×H×W, as one of
// so many classes.
type ChannelReader interface {
	// Name says whose answers these are, in the names of the measures on them.
	Name() string
	// Channels returns for each of the C channels the classes of the N images, from 0
	// on. The pool may be nil.
	Channels(ctx context.Context, pool *kernel.Pool, images *tensor.Tensor) ([][]int64, error)
}

// Read has a reader of so many classes tell what is stacked in the images of Samples and
// Control.
func (g *Gallery) Read(ctx context.Context, r ChannelReader, classes int) error {
	for _, s := range []*Set{g.Samples, g.Control} {
		var err error
		if s.Channels, err = r.Channels(ctx, g.Pool, s.Examples); err != nil {
			return err
		}
	}
	g.reader, g.stacked = r.Name(), classes
	return nil
}

// Look has an extractor see all the sets, for the measures on features.
func (g *Gallery) Look(ctx context.Context, e Extractor) error {
	for _, s := range []*Set{g.Samples, g.Test, g.Control} {
		f, err := e.Extract(ctx, g.Pool, s.Examples)
		if err != nil {
			return err
		}
		s.Features = f
	}
	g.extractor = e.Name()
	return nil
}

// named is the name of a measure on features.
func (g *Gallery) named(measure string) string { return measure + " (" + g.extractor + ")" }

// plain is the name of a measure on the examples themselves.
func (g *Gallery) plain(measure string) string {
	if g.images() {
		return measure + " (pixels)"
	}
	return measure
}

func (g *Gallery) images() bool { return len(g.Samples.Examples.Shape) == 4 }
