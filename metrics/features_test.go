package metrics

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// normal is n×d normal vectors round a centre, the same along all axes.
func normal(seed uint64, n, d int, centre float32) *tensor.Tensor {
	t := tensor.New(n, d)
	tensor.NewStream(seed, "test", 0).Normal(t.Data)
	for i := range t.Data {
		t.Data[i] += centre
	}
	return t
}

func repeated(v float32, n, d int) *tensor.Tensor {
	t := tensor.New(n, d)
	for i := range t.Data {
		t.Data[i] = v
	}
	return t
}

// TestKnownDistances: a shift of equal clouds is seen as what it is.
func TestKnownDistances(t *testing.T) {
	const n, d = 500, 8
	a := normal(1, n, d, 0)
	moved := normal(1, n, d, 2)
	if got, err := Frechet(a, moved); err != nil || math.Abs(got-4*d) > 1e-4 {
		t.Errorf("Fréchet distance %v, %v, want the squared shift, %d", got, err, 4*d)
	}
	if got, err := Frechet(a, a); err != nil || got > 1e-9 {
		t.Errorf("Fréchet distance to itself %v, %v", got, err)
	}
	// The mean of |⟨θ, shift⟩| over the circle is 2/π of the shift's length.
	b, c := normal(1, n, 2, 0), normal(1, n, 2, 1)
	if got, err := SlicedWasserstein1(nil, b, c, 4000, 1); err != nil || math.Abs(got-math.Sqrt2*2/math.Pi) > 0.03 {
		t.Errorf("sliced distance %v, %v, want about %v", got, err, math.Sqrt2*2/math.Pi)
	}
	fresh := normal(2, n, d, 0)
	if got, err := KernelDistance(nil, a, fresh, 20, 200, 1); err != nil || math.Abs(got.Mean) > 3*got.SD || got.SD <= 0 {
		t.Errorf("kernel distance of one distribution %v, %v", got, err)
	}
}

func TestManifoldOfACollapse(t *testing.T) {
	data := normal(3, 200, 4, 0)
	m, err := Manifolds(nil, repeated(0.1, 200, 4), data, 5)
	if err != nil || m.Precision != 1 || m.Recall != 0 || m.Coverage > 0.6 {
		t.Errorf("one point in the middle: %+v, %v", m, err)
	}
	m, err = Manifolds(nil, normal(4, 200, 4, 100), data, 5)
	if err != nil || m != (Manifold{}) {
		t.Errorf("far away: %+v, %v", m, err)
	}
}

func TestTwoSampleEnds(t *testing.T) {
	data := normal(5, 300, 3, 0)
	apart, err := TwoSampleTest(nil, normal(6, 300, 3, 50), data)
	if err != nil || apart != (TwoSample{1, 1, 1}) {
		t.Errorf("far apart: %+v, %v", apart, err)
	}
	alike, err := TwoSampleTest(nil, normal(7, 300, 3, 0), data)
	if err != nil || math.Abs(alike.Accuracy-0.5) > 0.1 {
		t.Errorf("alike: %+v, %v", alike, err)
	}
	almost := data.Clone() // copies, each a hair away
	for i := range almost.Data {
		almost.Data[i] += 1e-3
	}
	copies, err := TwoSampleTest(nil, almost, data)
	if err != nil || copies.Accuracy > 0.1 {
		t.Errorf("copies: %+v, %v", copies, err)
	}
}

func TestInceptionScoreEnds(t *testing.T) {
	sure := tensor.New(40, 4)
	for i := range 40 {
		sure.Data[i*4+i%4] = 1
	}
	if got, err := InceptionScore(sure, 5); err != nil || got != (Spread{4, 0}) {
		t.Errorf("sure and even: %v, %v, want 4", got, err)
	}
	if got, err := InceptionScore(repeated(0.25, 40, 4), 5); err != nil || math.Abs(got.Mean-1) > 1e-12 {
		t.Errorf("unsure: %v, %v, want 1", got, err)
	}
	if got := Confident(sure, SureAbove); got != 1 {
		t.Errorf("confidence %v, want 1", got)
	}
	if got := Confident(repeated(0.25, 40, 4), SureAbove); got != 0 {
		t.Errorf("confidence %v, want 0", got)
	}
	if sure, unsure := MeanConfidence(sure), MeanConfidence(repeated(0.25, 40, 4)); sure != 1 || unsure != 0.25 {
		t.Errorf("mean confidence %v and %v, want 1 and 0.25", sure, unsure)
	}
}

func TestDivergencesEnds(t *testing.T) {
	if got, err := KL([]float64{1, 1}, []float64{1, 0}); err != nil || !math.IsInf(got, 1) {
		t.Errorf("KL where q has nothing: %v, %v", got, err)
	}
	if got, err := JS([]float64{1, 0}, []float64{0, 3}); err != nil || math.Abs(got-math.Ln2) > 1e-12 {
		t.Errorf("JS of strangers: %v, %v, want ln 2", got, err)
	}
	if _, err := KL([]float64{1}, []float64{1, 2}); fault.KindOf(err) != fault.Data {
		t.Errorf("unlike bins: %v", err)
	}
}

func TestStackedModes(t *testing.T) {
	channels := [][]int64{{0, 9, 0, 9}, {0, 9, 0, 8}, {1, 9, 1, 9}}
	m, err := StackedModes(channels, 10)
	if err != nil || m.Modes != 1000 || m.Captured != 3 || m.Counts[1] != 2 || m.Counts[999] != 1 || m.Counts[989] != 1 {
		t.Errorf("%d of %d modes, %v", m.Captured, m.Modes, err)
	}
	if want := 0.5*math.Log(500) + 0.5*math.Log(250); math.Abs(m.ReverseKL-want) > 1e-12 {
		t.Errorf("reverse KL %v, want %v", m.ReverseKL, want)
	}
	for name, wrong := range map[string][][]int64{"none": {}, "uneven": {{1, 2}, {1}}, "beyond": {{10}}, "below": {{-1}}} {
		if _, err := StackedModes(wrong, 10); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Bits do not depend on the threads.
func TestThreadsDoNotMatter(t *testing.T) {
	pool := kernel.NewPool(3)
	defer pool.Close()
	a, b := normal(8, 700, 9, 0), normal(9, 700, 9, 0.2)
	type all struct {
		m Manifold
		t TwoSample
		k Spread
		s float64
	}
	take := func(p *kernel.Pool) (r all) {
		var errs [4]error
		r.m, errs[0] = Manifolds(p, a, b, 5)
		r.t, errs[1] = TwoSampleTest(p, a, b)
		r.k, errs[2] = KernelDistance(p, a, b, 3, 300, 1)
		r.s, errs[3] = SlicedWasserstein1(p, a, b, 50, 1)
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
		return r
	}
	if one, three := take(nil), take(pool); one != three {
		t.Errorf("one thread %+v, three %+v", one, three)
	}
}

func TestMeasuresRefuse(t *testing.T) {
	good, nan := normal(1, 20, 3, 0), normal(1, 20, 3, 0)
	nan.Data[7] = float32(math.NaN())
	for name, measure := range map[string]func(a, b *tensor.Tensor) error{
		"frechet":    func(a, b *tensor.Tensor) error { _, err := Frechet(a, b); return err },
		"kernel":     func(a, b *tensor.Tensor) error { _, err := KernelDistance(nil, a, b, 1, 5, 1); return err },
		"manifolds":  func(a, b *tensor.Tensor) error { _, err := Manifolds(nil, a, b, 5); return err },
		"two-sample": func(a, b *tensor.Tensor) error { _, err := TwoSampleTest(nil, a, b); return err },
		"sliced":     func(a, b *tensor.Tensor) error { _, err := SlicedWasserstein1(nil, a, b, 2, 1); return err },
		"neighbours": func(a, b *tensor.Tensor) error { _, err := NearestNeighbours(nil, a, inParts(b, 20)); return err },
	} {
		if err := measure(good, good); err != nil {
			t.Errorf("%s of good vectors: %v", name, err)
		}
		if err := measure(nan, good); fault.KindOf(err) != fault.Data {
			t.Errorf("%s of NaN: %v", name, err)
		}
		for what, other := range map[string]*tensor.Tensor{"none": tensor.New(0, 3), "other width": normal(1, 20, 4, 0)} {
			if err := measure(good, other); fault.KindOf(err) != fault.Usage {
				t.Errorf("%s against %s: %v", name, what, err)
			}
		}
	}
}
