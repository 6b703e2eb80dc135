package cli

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestFeaturesNameMeasures: figures on other features than the data's own carry
// another name, and files are told apart by what they hold.
func TestFeaturesNameMeasures(t *testing.T) {
	digits := filepath.Join("..", "..", "metrics", "classifier", "weights", "mnist.safetensors")
	clothes := filepath.Join("..", "..", "metrics", "classifier", "weights", "fashion-mnist.safetensors")
	sums := map[string]bool{}
	for _, tt := range []struct {
		data, features string
		want           string
		hashed         bool
	}{
		{"mnist", "", "FID (LeNet)", false},
		{"mnist", "mnist", "FID (LeNet)", false},
		{"fashion-mnist", "", "FID (LeNet)", false},
		{"mnist", "fashion-mnist", "FID (LeNet of fashion-mnist)", false},
		{"pics", "mnist", "FID (LeNet of mnist)", false},
		{"mnist", digits, "FID (LeNet of mnist.safetensors)", true},
		{"mnist", clothes, "FID (LeNet of fashion-mnist.safetensors)", true},
	} {
		o := &evaluateOptions{Features: tt.features}
		e, err := o.extractor(zoo.Dataset{Name: tt.data, Kind: zoo.Images})
		if err != nil {
			t.Fatal(err)
		}
		images := tensor.New(4, 1, 28, 28)
		tensor.NewStream(1, "images", 0).Uniform(images.Data, -1, 1)
		set := func() *metrics.Set { return &metrics.Set{Examples: images} }
		g := &metrics.Gallery{Samples: set(), Test: set(), Control: set()}
		if err := g.Look(context.Background(), e); err != nil {
			t.Fatal(err)
		}
		figures, err := metrics.Find("fid").Take(g)
		if err != nil {
			t.Fatal(err)
		}
		if got := figures[0].Name; got != tt.want {
			t.Errorf("%s with --features %q: %q, want %q", tt.data, tt.features, got, tt.want)
		}
		seen, err := o.describeFeatures(e)
		if err != nil || seen.Name != e.Name() || (seen.SHA256 != "") != tt.hashed || sums[seen.SHA256] {
			t.Errorf("%s with --features %q is described as %+v, %v", tt.data, tt.features, seen, err)
		}
		if tt.hashed {
			sums[seen.SHA256] = true
		}
	}
}
