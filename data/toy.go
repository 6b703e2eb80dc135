package data

import (
	"context"
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/tensor"
)

const (
	toyTrain = 100_000 // as in the experiments of PacGAN (arXiv:1712.04086)
	toyTest  = 10_000
	// toySeed is fixed: a toy is a dataset like any other, and its points are
	// the same for everyone.
	toySeed = 1
)

// toy is a distribution in the plane: a random mode, a random place along it,
// and Gaussian noise of one standard deviation on both axes.
type toy struct {
	name, title string
	modes       int     // labels are 0 … modes−1; 1: unlabelled
	sd          float64 // of the noise
	// centre is the point of a mode at t, uniform on [0, 1).
	centre func(mode int, t float64) (x, y float64)
	// mixture says that centre does not depend on t: the modes can be counted.
	mixture bool
}

// ring8 and grid25 have the constants of PacGAN, section 4.1.
var ring8 = &toy{
	name: "ring8", title: "8 Gaussians on a circle", modes: 8, sd: 0.01, mixture: true,
	centre: func(mode int, _ float64) (x, y float64) {
		// One turn in 8 steps; a linspace over 0…2π with both ends would have
		// the first mode twice and 7 in all.
		a := 2 * math.Pi * float64(mode) / 8
		return math.Cos(a), math.Sin(a)
	},
}

var grid25 = &toy{
	name: "grid25", title: "25 Gaussians on a grid", modes: 25, sd: 0.05, mixture: true,
	centre: func(mode int, _ float64) (x, y float64) {
		return float64(mode%5*2 - 4), float64(mode/5*2 - 4)
	},
}

// swissRoll is the plane's share of scikit-learn's make_swiss_roll with noise
// .25, ÷ 7.5, as in the WGAN-GP code (arXiv:1704.00028).
var swissRoll = &toy{
	name: "swissroll", title: "a spiral", modes: 1, sd: 0.25 / 7.5,
	centre: func(_ int, t float64) (x, y float64) {
		a := 1.5 * math.Pi * (1 + 2*t)
		return a * math.Cos(a) / 7.5, a * math.Sin(a) / 7.5
	},
}

// circles is the toy of CatGAN (arXiv:1511.06390, figure 2): no cut by a line
// separates its two clusters.
var circles = &toy{
	name: "circles", title: "2 circles, one in the other", modes: 2, sd: 0.05,
	centre: func(mode int, t float64) (x, y float64) {
		r := [2]float64{1, 0.5}[mode]
		a := 2 * math.Pi * t
		return r * math.Cos(a), r * math.Sin(a)
	},
}

// moons is scikit-learn's make_moons.
var moons = &toy{
	name: "moons", title: "2 half-moons, interleaved", modes: 2, sd: 0.05,
	centre: func(mode int, t float64) (x, y float64) {
		s, c := math.Sincos(math.Pi * t)
		if mode == 0 {
			return c, s
		}
		return 1 - c, 0.5 - s
	},
}

// Mixture is a mixture of Gaussians of equal weight and of one standard
// deviation SD on both axes.
type Mixture struct {
	Centres [][2]float64 // by label
	SD      float64
}

// Toy returns the mixture that a built-in toy is drawn from, and false for
// every dataset that is none (swissroll, circles and moons have no centres).
func Toy(name string) (Mixture, bool) {
	for _, b := range builtins {
		t, ok := b.(*toy)
		if !ok || t.name != name || !t.mixture {
			continue
		}
		m := Mixture{SD: t.sd}
		for mode := range t.modes {
			x, y := t.centre(mode, 0)
			m.Centres = append(m.Centres, [2]float64{x, y})
		}
		return m, true
	}
	return Mixture{}, false
}

func (t *toy) info() Info {
	return Info{Name: t.name, Title: t.title, Kind: Points, Shape: []int{2}, Count: toyTrain, Test: toyTest, Classes: t.classes()}
}

func (t *toy) classes() int {
	if t.modes == 1 {
		return 0
	}
	return t.modes
}

// recipe changes whenever the points would: raise its number with them.
func (t *toy) recipe() string {
	return fmt.Sprintf("toy 1: %d modes, sd %g, seed %d, %d + %d points", t.modes, t.sd, toySeed, toyTrain, toyTest)
}

func (t *toy) resolve(ctx context.Context, c cache, o *Options) (*manifest, error) {
	return c.get(ctx, t.name, t.recipe(), o, func(ctx context.Context, d *draft) error {
		d.Origin = "made here"
		d.Dataset = Dataset{Name: t.name, Kind: Points, Shape: []int{2}, Count: toyTrain, Classes: t.classes()}
		for _, part := range []struct {
			name string
			n    int
			x, y *string
		}{
			{"train", toyTrain, &d.Dataset.TrainX, &d.Dataset.TrainY},
			{"test", toyTest, &d.Dataset.TestX, &d.Dataset.TestY},
		} {
			if ctx.Err() != nil {
				return canceled(ctx, "stopped while making "+t.name)
			}
			x, y := t.draw(part.name, part.n)
			var err error
			if *part.x, err = addArray(d, part.name+"-x.npy", []int{part.n, 2}, x); err != nil {
				return err
			}
			if t.classes() == 0 {
				continue
			}
			if *part.y, err = addArray(d, part.name+"-y.npy", []int{part.n}, y); err != nil {
				return err
			}
		}
		return nil
	})
}

// draw makes n points (n×2) and their modes. The part ("train", "test") names
// the random streams, so that no point is in both.
func (t *toy) draw(part string, n int) (x []float32, y []int64) {
	stream := func(what string) tensor.Stream { return tensor.NewStream(toySeed, t.name+" "+part+" "+what, 0) }
	mode, place := make([]float32, n), make([]float32, n)
	stream("mode").Uniform(mode, 0, 1)
	stream("place").Uniform(place, 0, 1)
	x = make([]float32, 2*n)
	stream("noise").Normal(x)
	y = make([]int64, n)
	for i := range n {
		m := min(int(float64(mode[i])*float64(t.modes)), t.modes-1)
		cx, cy := t.centre(m, float64(place[i]))
		x[2*i] = float32(cx + t.sd*float64(x[2*i]))
		x[2*i+1] = float32(cy + t.sd*float64(x[2*i+1]))
		y[i] = int64(m)
	}
	return x, y
}
