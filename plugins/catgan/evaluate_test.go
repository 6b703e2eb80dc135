package catgan

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// examples writes n points of two classes.
func examples(t *testing.T, n int) (x, y string) {
	t.Helper()
	dir := t.TempDir()
	x, y = filepath.Join(dir, "x.npy"), filepath.Join(dir, "y.npy")
	values, labels := make([]float32, 2*n), make([]int64, n)
	tensor.NewStream(1, "examples", 0).Uniform(values, -1, 1)
	for i := range labels {
		labels[i] = int64(i % 2)
	}
	if err := npy.WriteFile(x, []int{n, 2}, values); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteFile(y, []int{n}, labels); err != nil {
		t.Fatal(err)
	}
	return x, y
}

// TestClassificationErrorNeedsLabels: clusters are named by labels of training
// examples and judged by labels of test examples. Where either lacks them there
// is nothing to say.
func TestClassificationErrorNeedsLabels(t *testing.T) {
	for _, tc := range []struct {
		name                    string
		labels                  int
		train, test, testLabels bool   // which there are, of labels and sets
		note                    string // of the measure; empty: there is none
	}{
		{"both", 0, true, true, true, "20 test examples, 20 clusters named by majority of 40 training labels"},
		{"no test set", 0, true, false, false, "40 training examples, 20 clusters named by majority of 40 training labels"},
		{"test labels alone", 0, false, true, true, ""},
		{"training labels alone", 0, true, true, false, ""},
		{"none", 0, false, false, false, ""},
		{"learned with labels", 4, true, true, true, "20 test examples, 4 labelled examples in training"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := zoo.Dataset{Name: "points", Kind: zoo.Points, Shape: []int{2}, Count: 40, Classes: 2, Fingerprint: "sha256:test"}
			d.TrainX, d.TrainY = examples(t, 40)
			if !tc.train {
				d.TrainY = ""
			}
			if tc.test {
				d.TestX, d.TestY = examples(t, 20)
			}
			if !tc.testLabels {
				d.TestY = ""
			}
			p := gan.NewPlugin(Variant)
			var checkpoint string
			c := zoo.Config{Steps: 1, Batch: 8, Labels: tc.labels, Params: map[string]string{"width": "4"}}
			err := p.Train(t.Context(), &zoo.TrainRequest{RunDir: t.TempDir(), Dataset: d, Config: c}, func(e *zoo.Event) error {
				checkpoint = e.Checkpoint
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Evaluate(t.Context(), &zoo.EvaluateRequest{Checkpoint: checkpoint, Dataset: d})
			if err != nil {
				t.Fatal(err)
			}
			note, ofClusters := "", 0
			for _, m := range got.Measures {
				if strings.HasPrefix(m.Name, "classification error") {
					note = m.Note
				}
				if strings.HasPrefix(m.Name, "cluster ") {
					ofClusters++
				}
			}
			if want := 2 * strings.Count(note, "clusters"); ofClusters != want {
				t.Errorf("%d measures of clusters, want %d", ofClusters, want)
			}
			if note != tc.note {
				t.Errorf("the classification error's note is %q, want %q", note, tc.note)
			}
		})
	}
}
