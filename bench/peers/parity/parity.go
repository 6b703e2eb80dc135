// Package parity holds peers against PyTorch's losses.
package parity

import (
	_ "embed"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/bench/peers/training"
)

// losses are PyTorch's in float64, made by bench/pytorch/losses.py: of each work
// some updates, those of discriminator and generator in turns.
//
//go:embed losses.json
var losses []byte

const batch = 16

// tolerance of a loss. From the second step on Adam has divided gradients by their
// own size, however small, so that float32 shows.
var tolerance = [...]float64{1e-5, 2e-4, 1e-3}

// Check takes the updates of every work with a peer, from the same weights on the
// same inputs.
func Check(t *testing.T, start func(training.Work) (training.Peer, error)) {
	want := map[string][][2]float64{}
	if err := json.Unmarshal(losses, &want); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		t.Run(name, func(t *testing.T) {
			variant, arch, _ := strings.Cut(name, "/")
			w, err := training.NewWork(variant, arch, batch, 1)
			if err != nil {
				t.Fatal(err)
			}
			peer, err := start(w)
			if err != nil {
				t.Fatal(err)
			}
			for i, both := range want[name] {
				stream := uint32(1000 + 10*i)
				d, err := peer.Discriminator(training.Batch{
					Real: draw(stream, batch*training.Pixels), Z: draw(stream+1, batch*w.Latent()), Draws: fractions(stream+2, w.Draws()),
				})
				if err != nil {
					t.Fatal(err)
				}
				g, err := peer.Generator(draw(stream+3, batch*w.Latent()))
				if err != nil {
					t.Fatal(err)
				}
				compare(t, i, "discriminator", d, both[0])
				compare(t, i, "generator", g, both[1])
			}
		})
	}
}

func draw(stream uint32, n int) []float32 {
	values := make([]float32, n)
	training.Uniform(stream, values)
	return values
}

func fractions(stream uint32, n int) []float32 {
	values := draw(stream, n)
	for i := range values {
		values[i] = (values[i] + 1) / 2
	}
	return values
}

func compare(t *testing.T, step int, network string, got float32, want float64) {
	t.Helper()
	t.Logf("step %d: the %s's loss is %.6f, PyTorch's %.6f", step, network, got, want)
	if off := math.Abs(float64(got) - want); !(off <= tolerance[step]*max(1, math.Abs(want))) {
		t.Errorf("step %d: the %s's loss is %v, PyTorch's %v", step, network, got, want)
	}
}
