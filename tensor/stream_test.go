package tensor

import (
	"slices"
	"testing"
)

func TestStreamsDifferByEveryPartOfTheirName(t *testing.T) {
	seen := map[[2]float32]string{}
	for _, seed := range []uint64{0, 1, 1 << 32} {
		for _, purpose := range []string{"", "latents", "alpha"} {
			for _, step := range []uint64{0, 1, 1 << 32} {
				var x [2]float32
				NewStream(seed, purpose, step).Normal(x[:])
				if other, ok := seen[x]; ok {
					t.Errorf("seed %d purpose %q step %d draws the same as %s", seed, purpose, step, other)
				}
				seen[x] = purpose
			}
		}
	}
}

// The bits are part of the promise that a run can be repeated: these were
// written down from the first version.
func TestStreamBitsStay(t *testing.T) {
	s := NewStream(42, "latents", 7)
	var u, n [3]float32
	s.Uniform(u[:], 0, 1)
	s.Normal(n[:])
	var p [8]int32
	s.Perm(p[:])
	if want := [3]float32{0.08072537, 0.40092462, 0.7696099}; u != want {
		t.Errorf("uniform: %v, want %v", u, want)
	}
	if want := [3]float32{-1.8226801, 1.3081439, -0.7128103}; n != want {
		t.Errorf("normal: %v, want %v", n, want)
	}
	if want := [8]int32{1, 2, 7, 5, 6, 0, 3, 4}; p != want {
		t.Errorf("order: %v, want %v", p, want)
	}
}

func TestStreamRanges(t *testing.T) {
	s := NewStream(1, "x", 2)
	whole, part := make([]float32, 1000), make([]float32, 1000)
	for _, f := range []struct {
		whole func(dst []float32)
		part  func(dst []float32, first int)
	}{
		{s.Normal, s.NormalRange},
		{func(dst []float32) { s.Uniform(dst, -1, 1) }, func(dst []float32, first int) { s.UniformRange(dst, first, -1, 1) }},
	} {
		f.whole(whole)
		for first := 0; first < len(part); {
			n := min(first/2+1, len(part)-first)
			f.part(part[first:first+n], first)
			first += n
		}
		if !slices.Equal(whole, part) {
			t.Error("filled in parts, the stream differs")
		}
	}
}

func TestPerm(t *testing.T) {
	s := NewStream(3, "order", 0)
	for _, n := range []int{0, 1, 2, 1000} {
		p := make([]int32, n)
		s.Perm(p)
		slices.Sort(p)
		for i, v := range p {
			if int(v) != i {
				t.Fatalf("Perm of %d is no permutation", n)
			}
		}
	}
	// Each of the six orders of three about equally often: 6000 draws, five
	// standard deviations are 144.
	count := map[[3]int32]int{}
	for step := range uint64(6000) {
		var p [3]int32
		NewStream(3, "order", step).Perm(p[:])
		count[p]++
	}
	for p, n := range count {
		if n < 1000-144 || n > 1000+144 {
			t.Errorf("order %v came %d times of 6000", p, n)
		}
	}
	if len(count) != 6 {
		t.Errorf("%d different orders of three, want 6", len(count))
	}
}
