package gan

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// images writes a dataset of noise of 1×28×28.
func images(t *testing.T) zoo.Dataset {
	t.Helper()
	const n = 128
	values := make([]float32, n*28*28)
	tensor.NewStream(1, "test", 0).Uniform(values, 0, 256)
	pixels := make([]uint8, len(values))
	for i, v := range values {
		pixels[i] = uint8(v)
	}
	d := zoo.Dataset{
		Name: "noise", Kind: zoo.Images, Shape: []int{1, 28, 28}, Count: n,
		TrainX: filepath.Join(t.TempDir(), "x.npy"), Fingerprint: "sha256:noise",
	}
	if err := npy.WriteFile(d.TrainX, []int{n, 1, 28, 28}, pixels); err != nil {
		t.Fatal(err)
	}
	return d
}

// sharedRuns is fewer than the matrix products, convolutions and walks over
// whole batches that a step of two networks of four layers takes in its three
// updates; with small networks all of them would be done inline.
const sharedRuns = 50

// TestThreadsAtFullSize: networks and batches as large as people train them,
// whose kernels are divided among threads, give the same bytes on any number.
func TestThreadsAtFullSize(t *testing.T) {
	if testing.Short() {
		t.Skip("trains networks of full width")
	}
	const steps = 3
	d := images(t)
	weights := func(t *testing.T, threads int) [][]float32 {
		req := &zoo.TrainRequest{RunDir: t.TempDir(), Dataset: d, Config: zoo.Config{
			Arch: "slim28", Batch: 64, Steps: steps, Seed: 3, Threads: threads,
			Params: map[string]string{"width": "0", "latent": "0", "norm_d": "batch"},
		}}
		training, err := hinge.newTraining(req, func(*zoo.Event) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		defer training.close()
		for range steps {
			if err := training.step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := training.pool.Shared(); threads > 1 && got < sharedRuns*steps {
			t.Errorf("%d runs were shared among threads, want %d at least", got, sharedRuns*steps)
		}
		var all [][]float32
		for _, v := range training.model.Variables() {
			all = append(all, v.Value.Data)
		}
		return all
	}
	want := weights(t, 1)
	for _, threads := range []int{2, 3} {
		t.Run(fmt.Sprint(threads), func(t *testing.T) {
			for i, got := range weights(t, threads) {
				if !slices.Equal(got, want[i]) {
					t.Fatalf("variable %d differs from the one of a single thread", i)
				}
			}
		})
	}
}
