package onnxrun_test

import (
	"path/filepath"
	"slices"
	"testing"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
)

// TestBatchesAgreeToTheBit compares examples made at once with each of them made
// alone, in first runs and in later ones, which read packed weights.
func TestBatchesAgreeToTheBit(t *testing.T) {
	for name, inputs := range generators {
		m, err := onnxrun.Open(filepath.Join(generatorDir, name+".onnx"), onnxrun.Options{})
		if err != nil {
			t.Fatal(err)
		}
		given := map[string]*onnxrun.Array{}
		for _, in := range inputs {
			given[in] = readArray(t, filepath.Join(generatorDir, name+"."+in+".npy"))
		}
		var first []float32
		for run, batch := range []int{3, 3, 1, 1, 3} {
			part := map[string]*onnxrun.Array{}
			for in, a := range given {
				part[in] = head(a, batch)
			}
			got, err := m.Run(part)
			if err != nil {
				t.Fatal(err)
			}
			image := got["image"].Data.([]float32)
			if first == nil {
				first = image
			}
			if !slices.Equal(image, first[:len(image)]) {
				t.Errorf("%s: run %d, of %d, gives other bits", name, run, batch)
			}
		}
	}
}

// weights is how many bytes the constant of product takes, plain or packed.
const weights = 4 * 32 * 64

// product returns a model's runs: rows of 32 are multiplied with a constant. They
// return what the model holds afterwards.
func product(t *testing.T, maxMemory int) (run func(batch int) (held int)) {
	t.Helper()
	w := float32s("w", []int64{32, 64}, counting(32, 64).Data.([]float32)...)
	content := marshal(t, single("MatMul", [][]int64{{open, 32}}, []*pb.TensorProto{w}))
	m, err := onnxrun.Load(content, onnxrun.Options{MaxMemory: maxMemory})
	if err != nil {
		t.Fatal(err)
	}
	return func(batch int) int {
		t.Helper()
		got, err := m.Run(map[string]*onnxrun.Array{"x0": counting(batch, 32)})
		if err != nil {
			t.Fatal(err)
		}
		// Row 0 of the input is 0 … 31, column 0 of the weights 0, 64, …
		if y, want := got["y"].Data.([]float32)[0], float32(64*31*32*63/6); y != want {
			t.Fatalf("the first of %d is %v; want %v", batch, y, want)
		}
		held, _ := m.Memory()
		return held
	}
}

func TestPackedWeightsAreCounted(t *testing.T) {
	run := product(t, 0)
	once, twice, thrice := run(1), run(1), run(1)
	if twice != once+weights || thrice != twice {
		t.Errorf("the model holds %d, %d and %d bytes", once, twice, thrice)
	}
	// Another batch reads the same.
	two := run(2)
	if again := run(2); again != two {
		t.Errorf("for a batch of 2 it holds %d bytes and then %d", two, again)
	}
}

// TestPackedWeightsGiveWay allows what a large batch takes without them.
func TestPackedWeightsGiveWay(t *testing.T) {
	const batch = 200
	one, large := product(t, 0)(1), product(t, 0)(batch)
	run := product(t, large)
	if run(batch); run(batch) != large {
		t.Error("weights were packed where there is no room")
	}
	run = product(t, large)
	if run(1); run(1) != one+weights {
		t.Error("weights were not packed where there is room")
	}
	if held := run(batch); held > large {
		t.Errorf("%d bytes are held and %d allowed", held, large)
	}
}
