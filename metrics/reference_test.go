package metrics

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distmv"

	"github.com/ganzoo/ganzoo/tensor"
)

// array is a tensor of the fixtures.
type array struct {
	Shape []int
	Data  []float32
}

func (a array) tensor() *tensor.Tensor { return tensor.Of(a.Data, a.Shape...) }

// reference is testdata/reference.json, made by reference.py beside it.
type reference struct {
	Frechet []struct {
		Name  string
		X, Y  array
		Value float64
	}
	InceptionScore struct {
		P        array
		Splits   int
		Mean, SD float64
	} `json:"inception_score"`
	KernelDistance struct {
		X, Y  array
		Value float64
	} `json:"kernel_distance"`
	Manifold struct {
		Samples, Data                        array
		K                                    int
		Precision, Recall, Density, Coverage float64
	}
	TwoSample struct {
		Samples, Data array
		OnFake        float64 `json:"on_fake"`
		OnReal        float64 `json:"on_real"`
	} `json:"two_sample"`
	Neighbours struct {
		Samples, Data array
		Distance      array
		Index         []int
	}
	Lines []struct {
		A, B  array
		Value float64
	}
	Divergences []struct {
		P, Q   []float64
		KL, JS float64
	}
	EMD []struct {
		P, Q  []float64
		Cost  [][]float64
		Value float64
	}
	Assignment struct {
		A, B  array
		Value float64
	}
	Clusters struct {
		Clusters, Labels      []int64
		Accuracy, Information float64
	}
}

func readReference(t *testing.T) *reference {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// agree compares figures to a share of the larger of the reference and 1.
func agree(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s is %.9g, want %.9g", what, got, want)
	}
}

// In double precision, on inputs given in single.
const double = 1e-8

func TestAgreesWithSciPy(t *testing.T) {
	r := readReference(t)
	for _, f := range r.Frechet {
		got, err := Frechet(f.X.tensor(), f.Y.tensor())
		if err != nil {
			t.Fatal(err)
		}
		// sqrtm of a singular matrix is good to a root of the precision.
		agree(t, "the Fréchet distance, "+f.Name, got, f.Value, 1e-6)
	}

	is, err := InceptionScore(r.InceptionScore.P.tensor(), r.InceptionScore.Splits)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "the inception score", is.Mean, r.InceptionScore.Mean, 1e-7)
	agree(t, "its deviation", is.SD, r.InceptionScore.SD, 1e-7)

	for _, l := range r.Lines {
		agree(t, "W₁ on a line", wassersteinOnLine(l.A.Data, l.B.Data), l.Value, 1e-6)
	}
	for _, d := range r.Divergences {
		kl, err := KL(d.P, d.Q)
		if err != nil {
			t.Fatal(err)
		}
		js, err := JS(d.P, d.Q)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, "KL", kl, d.KL, double)
		agree(t, "JS", js, d.JS, double)
	}
	for _, e := range r.EMD {
		got, err := EMD(e.P, e.Q, e.Cost)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, "EMD", got.Distance, e.Value, double)
		checkTransport(t, "EMD", e.P, e.Q, e.Cost, got)
	}
	w1, err := Wasserstein1(r.Assignment.A.tensor(), r.Assignment.B.tensor())
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "W₁ of points", w1, r.Assignment.Value, 1e-6)
}

func TestAgreesWithScikitLearn(t *testing.T) {
	r := readReference(t)
	kd := r.KernelDistance
	n := kd.X.Shape[0]
	// One subset of all vectors is the whole set in another order.
	mmd, err := KernelDistance(nil, kd.X.tensor(), kd.Y.tensor(), 1, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "the kernel distance", mmd.Mean, kd.Value, 1e-5) // its products are in single precision

	m, err := Manifolds(nil, r.Manifold.Samples.tensor(), r.Manifold.Data.tensor(), r.Manifold.K)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "precision", m.Precision, r.Manifold.Precision, double)
	agree(t, "recall", m.Recall, r.Manifold.Recall, double)
	agree(t, "density", m.Density, r.Manifold.Density, double)
	agree(t, "coverage", m.Coverage, r.Manifold.Coverage, double)

	two, err := TwoSampleTest(nil, r.TwoSample.Samples.tensor(), r.TwoSample.Data.tensor())
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "1-NN on samples", two.OnFake, r.TwoSample.OnFake, double)
	agree(t, "1-NN on data", two.OnReal, r.TwoSample.OnReal, double)

	data := r.Neighbours.Data.tensor()
	found, err := NearestNeighbours(nil, r.Neighbours.Samples.tensor(), inParts(data, 7))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found.Index, r.Neighbours.Index) {
		t.Errorf("neighbours %v, want %v", found.Index, r.Neighbours.Index)
	}
	for i, d := range found.Distance {
		agree(t, "a neighbour's distance", d, float64(r.Neighbours.Distance.Data[i]), 1e-6)
	}

	accuracy, err := ClusterAccuracy(r.Clusters.Clusters, r.Clusters.Labels)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "cluster accuracy", accuracy, r.Clusters.Accuracy, double)
	information, err := MutualInformation(r.Clusters.Clusters, r.Clusters.Labels)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "mutual information", information, r.Clusters.Information, double)
}

// inParts hands over a set a few at a time.
func inParts(t *tensor.Tensor, size int) Examples {
	n, d := rows(t)
	return func(visit func(*tensor.Tensor) error) error {
		for first := 0; first < n; first += size {
			count := min(size, n-first)
			if err := visit(tensor.Of(t.Data[first*d:][:count*d], count, d)); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestFrechetAgreesWithGonum where gonum's can be had: regular covariances.
func TestFrechetAgreesWithGonum(t *testing.T) {
	f := readReference(t).Frechet[0]
	meanX, covX := moments(f.X.tensor())
	meanY, covY := moments(f.Y.tensor())
	x, okX := distmv.NewNormal(meanX, covX, nil)
	y, okY := distmv.NewNormal(meanY, covY, nil)
	if !okX || !okY {
		t.Fatal("the covariances are singular")
	}
	got, err := frechet(meanX, meanY, covX, covY)
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "the distance", got, distmv.Wasserstein{}.DistNormal(x, y), 1e-9)
}
