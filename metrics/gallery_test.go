package metrics

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// corners is an extractor that sees the first four pixels, and takes the
// brightest of them for the class.
type corners struct{}

func (corners) Name() string { return "corners" }

func (corners) Extract(_ context.Context, _ *kernel.Pool, images *tensor.Tensor) (*Features, error) {
	n, d := rows(images)
	f := &Features{Vectors: tensor.New(n, 4), Probabilities: tensor.New(n, 4)}
	for i := range n {
		copy(f.Vectors.Data[i*4:], images.Data[i*d:][:4])
	}
	for i, k := range ArgMax(f.Vectors) {
		f.Probabilities.Data[i*4+int(k)] = 1
	}
	return f, nil
}

// noise is n images of 3×3, in four classes of equal numbers.
func noise(seed uint64, n int) *Set {
	s := &Set{Examples: tensor.New(n, 1, 3, 3), Labels: make([]int64, n)}
	tensor.NewStream(seed, "noise", 0).Uniform(s.Examples.Data, -1, 0)
	for i := range n {
		s.Labels[i] = int64(i % 4)
		s.Examples.Data[i*9+i%4] = 0.5
	}
	return s
}

func imageGallery(samples *Set) *Gallery {
	g := &Gallery{Samples: samples, Test: noise(2, 120), Control: noise(3, 120), Seed: 1}
	g.Training = inParts(g.Control.Examples, 50)
	return g
}

func namesOf(g *Gallery) (names []string) {
	for _, m := range Catalogue {
		if m.Lacks(g) == "" {
			names = append(names, m.Name)
		}
	}
	return names
}

func TestWhatCanBeMeasured(t *testing.T) {
	g := imageGallery(noise(1, 120))
	if got, want := namesOf(g), []string{"sliced", "two-sample", "neighbours"}; !slices.Equal(got, want) {
		t.Errorf("of images without an extractor: %v, want %v", got, want)
	}
	if err := g.Look(context.Background(), corners{}); err != nil {
		t.Fatal(err)
	}
	want := []string{"is", "confidence", "classes", "agreement", "fid", "kid", "prdc", "sliced", "two-sample", "neighbours"}
	if got := namesOf(g); !slices.Equal(got, want) {
		t.Errorf("of images with a classifier: %v, want %v", got, want)
	}
	g.Samples.Labels, g.Samples.Probabilities, g.Training = nil, nil, nil
	if got, want := namesOf(g), []string{"fid", "kid", "prdc", "sliced", "two-sample"}; !slices.Equal(got, want) {
		t.Errorf("with features alone: %v, want %v", got, want)
	}
	few := imageGallery(noise(1, 1))
	if got, want := namesOf(few), []string{"sliced", "neighbours"}; !slices.Equal(got, want) {
		t.Errorf("of one image: %v, want %v", got, want)
	}

	cloud := func(seed uint64) *Set { return &Set{Examples: normal(seed, 50, 2, 0)} }
	p := &Gallery{Samples: cloud(1), Test: cloud(2), Control: cloud(3)}
	if got, want := namesOf(p), []string{"w1", "sliced", "two-sample"}; !slices.Equal(got, want) {
		t.Errorf("of points: %v, want %v", got, want)
	}
	p.Centres, p.SD = [][2]float64{{0, 0}}, 1
	if got, want := namesOf(p), []string{"modes", "w1", "sliced", "two-sample"}; !slices.Equal(got, want) {
		t.Errorf("of a mixture: %v, want %v", got, want)
	}
}

// TestNotesPartThousands: a protocol writes its numbers as every other figure is written.
func TestNotesPartThousands(t *testing.T) {
	cloud := func(seed uint64) *Set { return &Set{Examples: normal(seed, 1200, 2, 0)} }
	g := &Gallery{Samples: cloud(1), Test: cloud(2), Control: cloud(3), Centres: [][2]float64{{0, 0}}, SD: 1}
	for name, want := range map[string]string{
		"modes":  "of 1, on 1,200 samples",
		"w1":     "exact, 1,200 samples against as many test points",
		"sliced": "1,200 samples against 1,200 test examples, 256 directions",
	} {
		figures, err := Find(name).Take(g)
		if err != nil {
			t.Fatal(err)
		}
		if got := figures[0].Note; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestSamplesLikeTheDataGetTheFloor: samples drawn as the data are get about what
// real examples get, and others do worse.
func TestSamplesLikeTheDataGetTheFloor(t *testing.T) {
	good, bad := imageGallery(noise(1, 120)), imageGallery(noise(1, 120))
	for i := range bad.Samples.Examples.Data { // all of one class, and all alike
		bad.Samples.Examples.Data[i] = -0.9
		if i%9 == 2 {
			bad.Samples.Examples.Data[i] = 0.9
		}
	}
	for _, g := range []*Gallery{good, bad} {
		if err := g.Look(context.Background(), corners{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range namesOf(good) {
		m := Find(name)
		better, err := m.Take(good)
		if err != nil {
			t.Fatal(err)
		}
		worse, err := m.Take(bad)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range better {
			if math.Abs(f.Value-f.Real) > 0.25*max(1, math.Abs(f.Real)) {
				t.Errorf("%s: %v of good samples, %v of real ones", f.Name, f.Value, f.Real)
			}
			if f.Real != worse[i].Real {
				t.Errorf("%s: the floor depends on the samples: %v and %v", f.Name, f.Real, worse[i].Real)
			}
			if name == "confidence" { // the bad ones are as plain as can be
				continue
			}
			if f.Better == lower && worse[i].Value <= f.Value || f.Better == higher && worse[i].Value >= f.Value {
				t.Errorf("%s: %v of bad samples, %v of good ones", f.Name, worse[i].Value, f.Value)
			}
		}
	}
	if Find("no such measure") != nil {
		t.Error("found what there is not")
	}
}

// TestNeighboursOfHeldBackImages: test examples that are training examples too do
// not count as copies of themselves.
func TestNeighboursOfHeldBackImages(t *testing.T) {
	g := imageGallery(noise(1, 120))
	rest := g.Training
	g.Training = func(visit func(*tensor.Tensor) error) error {
		if err := visit(g.Test.Examples); err != nil {
			return err
		}
		return rest(visit)
	}
	neighbours := func() Figure {
		figures, err := Find("neighbours").Take(g)
		if err != nil {
			t.Fatal(err)
		}
		return figures[0]
	}
	if f := neighbours(); f.Real != 0 {
		t.Fatalf("test examples lie at %v of training examples that they are among", f.Real)
	}
	g.Rest = rest
	if f := neighbours(); f.Real < 0.5*f.Value || f.Real > 2*f.Value {
		t.Errorf("%v of samples like the data, %v of real ones", f.Value, f.Real)
	}
	g.Samples = &Set{Examples: g.Test.Examples} // a generator that gives back what it has seen
	if f := neighbours(); f.Value != 0 {
		t.Errorf("copies lie at %v of what they are copied from", f.Value)
	}
}

func TestModesOfAGallery(t *testing.T) {
	at := func(xy ...float32) *Set { return &Set{Examples: points(xy...)} }
	g := &Gallery{Samples: at(0, 0, 0, 0), Test: at(0, 0, 1, 1), Control: at(0, 0, 1, 1), Centres: [][2]float64{{0, 0}, {1, 1}}, SD: 0.1}
	got, err := Find("modes").Take(g)
	if err != nil || len(got) != 3 || got[0].Value != 1 || got[0].Real != 2 || got[1].Value != 100 || math.Abs(got[2].Value-math.Ln2) > 1e-12 || got[2].Real != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = Find("w1").Take(g)
	if err != nil || math.Abs(got[0].Value-math.Sqrt2/2) > 1e-9 || got[0].Real > 1e-9 {
		t.Errorf("%+v, %v", got, err)
	}
}

// brightness is a reader that takes a channel's first pixel for its digit, in
// tenths.
type brightness struct{}

func (brightness) Name() string { return "brightness" }

func (brightness) Channels(_ context.Context, _ *kernel.Pool, images *tensor.Tensor) ([][]int64, error) {
	n, channels, size := images.Shape[0], images.Shape[1], images.Shape[2]*images.Shape[3]
	answers := make([][]int64, channels)
	for k := range answers {
		for i := range n {
			answers[k] = append(answers[k], int64(images.Data[(i*channels+k)*size]*10+0.5))
		}
	}
	return answers, nil
}

// stacks is images of 1×1 in three channels with the digits of the numbers.
func stacks(numbers ...int) *Set {
	s := &Set{Examples: tensor.New(len(numbers), 3, 1, 1)}
	for i, n := range numbers {
		for k, digit := range []int{n / 100, n / 10 % 10, n % 10} {
			s.Examples.Data[3*i+k] = float32(digit) / 10
		}
	}
	return s
}

func TestStackedDigits(t *testing.T) {
	all := make([]int, 1000)
	for i := range all {
		all[i] = i
	}
	g := &Gallery{Samples: stacks(123, 123, 999, 7), Test: stacks(1), Control: stacks(all...)}
	m := Find("stacked")
	if got := m.Lacks(g); got != "stacked digits" {
		t.Errorf("before they are read it lacks %q", got)
	}
	if err := g.Read(context.Background(), brightness{}, 10); err != nil {
		t.Fatal(err)
	}
	figures, err := m.Take(g)
	if err != nil {
		t.Fatal(err)
	}
	// Shares of ½, ¼ and ¼ of 1,000 modes: ½·ln 500 + ½·ln 250.
	for i, want := range []struct{ value, real float64 }{
		{3, 1000},
		{0.5*math.Log(500) + 0.5*math.Log(250), 0},
	} {
		if math.Abs(figures[i].Value-want.value) > 1e-12 || math.Abs(figures[i].Real-want.real) > 1e-12 {
			t.Errorf("%s is %v, of real ones %v; want %+v", figures[i].Name, figures[i].Value, figures[i].Real, want)
		}
	}
}
