package zootest

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// Sizes of the toy datasets: enough for a few batches, and for a last one that
// is not full.
const (
	toyTrain   = 70
	toyTest    = 20
	toyClasses = 10
)

// Toy writes a dataset of that kind into dir: grey images of 28×28 with a disc
// whose place depends on its label, or points on a ring of ten.
func Toy(t testing.TB, dir string, kind zoo.Kind) zoo.Dataset {
	t.Helper()
	d := zoo.Dataset{
		Name: "toy-" + string(kind), Kind: kind, Count: toyTrain, Classes: toyClasses,
		TrainX: filepath.Join(dir, "train-x.npy"), TrainY: filepath.Join(dir, "train-y.npy"),
		TestX: filepath.Join(dir, "test-x.npy"), TestY: filepath.Join(dir, "test-y.npy"),
	}
	for _, part := range []struct {
		x, y  string
		count int
	}{{d.TrainX, d.TrainY, toyTrain}, {d.TestX, d.TestY, toyTest}} {
		labels := make([]int64, part.count)
		for i := range labels {
			labels[i] = int64(i % toyClasses)
		}
		err := npy.WriteFile(part.y, []int{part.count}, labels)
		if err == nil && kind == zoo.Points {
			d.Shape = []int{2}
			err = npy.WriteFile(part.x, []int{part.count, 2}, ring(labels))
		} else if err == nil {
			d.Shape = []int{1, 28, 28}
			err = npy.WriteFile(part.x, []int{part.count, 1, 28, 28}, discs(labels))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	d.Fingerprint = fingerprint(t, d.TrainX, d.TrainY, d.TestX, d.TestY)
	return d
}

// ring puts each point on the unit circle at its label's angle, a little off.
func ring(labels []int64) []float32 {
	noise := make([]float32, 2*len(labels))
	tensor.NewStream(1, "zootest ring", 0).Normal(noise)
	for i, label := range labels {
		sin, cos := math.Sincos(2 * math.Pi * float64(label) / toyClasses)
		noise[2*i] = float32(cos) + .02*noise[2*i]
		noise[2*i+1] = float32(sin) + .02*noise[2*i+1]
	}
	return noise
}

// discs draws N×1×28×28 pictures, a soft disc of radius 5 on a circle round the
// middle.
func discs(labels []int64) []uint8 {
	const side = 28
	out := make([]uint8, len(labels)*side*side)
	for i, label := range labels {
		sin, cos := math.Sincos(2 * math.Pi * float64(label) / toyClasses)
		for y := range side {
			for x := range side {
				d := math.Hypot(float64(x)-14-7*cos, float64(y)-14-7*sin)
				out[(i*side+y)*side+x] = uint8(255 / (1 + math.Exp(2*(d-5))))
			}
		}
	}
	return out
}

func fingerprint(t testing.TB, paths ...string) string {
	t.Helper()
	h := sha256.New()
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
