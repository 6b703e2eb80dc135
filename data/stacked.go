package data

import (
	"context"
	"fmt"

	"github.com/ganzoo/ganzoo/tensor"
)

// stackedDataset is images with a digit in each of three channels, drawn apart
// from each other: 1,000 modes of the same weight, to count what a generator
// covers (Metz et al., arXiv:1611.02163, section 3.3). Label 100·r + 10·g + b is
// that of the digits r, g and b.
type stackedDataset struct {
	name, title string
	of          *idxDataset
	train, test int // images; test ones are made of test digits
}

// The number of training images is PacGAN's (arXiv:1712.04086, section 4.2).
var stackedMNIST = &stackedDataset{
	name: "stacked-mnist", title: "3 MNIST digits in 3 channels, 1,000 modes",
	of: mnist, train: 128_000, test: 10_000,
}

// stackedSeed is fixed, as a toy's is: the images are the same for everyone.
const stackedSeed = 1

// channels of a stacked image.
const stackedChannels = 3

// Stacked names the dataset whose images a built-in stacked one has in its
// channels, and false for every other dataset.
func Stacked(name string) (of string, ok bool) {
	for _, b := range builtins {
		if s, ok := b.(*stackedDataset); ok && s.name == name {
			return s.of.name, true
		}
	}
	return "", false
}

func (s *stackedDataset) info() Info {
	of := s.of.info()
	shape := append([]int{stackedChannels}, of.Shape[1:]...)
	return Info{Name: s.name, Title: s.title, Kind: Images, Shape: shape, Count: s.train, Test: s.test, Classes: s.modes()}
}

func (s *stackedDataset) modes() int {
	modes := 1
	for range stackedChannels {
		modes *= s.of.info().Classes
	}
	return modes
}

// recipe changes whenever the images would: raise its number with them.
func (s *stackedDataset) recipe() string {
	return fmt.Sprintf("stacked 1: seed %d, %d + %d of %s", stackedSeed, s.train, s.test, s.of.recipe())
}

func (s *stackedDataset) resolve(ctx context.Context, c cache, o *Options) (*manifest, error) {
	if m, err := c.verified(s.name, s.recipe()); err == nil {
		return m, nil
	}
	digits, err := s.of.resolve(ctx, c, o)
	if err != nil {
		return nil, err
	}
	return c.get(ctx, s.name, s.recipe(), o, func(ctx context.Context, d *draft) error {
		info := s.info()
		d.Origin = "made here of " + s.of.name
		d.Dataset = Dataset{Name: s.name, Kind: Images, Count: s.train, Classes: info.Classes}
		for _, part := range []struct {
			name string
			n    int
			open func(Dataset) (*Source, error)
			x, y *string
		}{
			{"train", s.train, Open, &d.Dataset.TrainX, &d.Dataset.TrainY},
			{"test", s.test, OpenTest, &d.Dataset.TestX, &d.Dataset.TestY},
		} {
			from, err := part.open(digits.Dataset)
			if err != nil {
				return err
			}
			*part.x, *part.y, err = s.stack(ctx, d, part.name, part.n, from, o)
			from.Close()
			if err != nil {
				return err
			}
			d.Dataset.Shape = append([]int{stackedChannels}, from.Shape[1:]...)
		}
		return nil
	})
}

// stack writes n images of three digits each. The part ("train", "test") names
// the random stream.
func (s *stackedDataset) stack(ctx context.Context, d *draft, part string, n int, digits *Source, o *Options) (x, y string, err error) {
	draws := make([]float32, n*stackedChannels)
	tensor.NewStream(stackedSeed, s.name+" "+part, 0).Uniform(draws, 0, 1)
	chosen := make([]int, len(draws))
	for i, u := range draws {
		chosen[i] = min(int(float64(u)*float64(digits.Count)), digits.Count-1)
	}
	images := func(yield func([]byte) bool) {
		for i, e := range chosen {
			if i%(stackedChannels*chunk) == 0 {
				o.progress(Progress{Dataset: s.name, Origin: s.of.name, Unit: "images", Done: int64(i / stackedChannels), Total: int64(n)})
			}
			if !yield(digits.bytes[e*digits.width:][:digits.width]) {
				return
			}
		}
	}
	x, err = d.addRows(ctx, part+"-x.npy", append([]int{n, stackedChannels}, digits.Shape[1:]...), images)
	if err != nil {
		return "", "", err
	}
	labels := make([]int64, n)
	for i, e := range chosen {
		labels[i/stackedChannels] = labels[i/stackedChannels]*int64(digits.Classes) + digits.labels[e]
	}
	y, err = addArray(d, part+"-y.npy", []int{n}, labels)
	return x, y, err
}
