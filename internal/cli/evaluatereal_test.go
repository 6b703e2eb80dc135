package cli

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestRealDataWithoutTestPart: what is held back of the training examples is
// among neither the control nor the rest, and is among all.
func TestRealDataWithoutTestPart(t *testing.T) {
	const n = 11
	d := zoo.Dataset{Name: "numbers", Kind: zoo.Points, Shape: []int{2}, Count: n, TrainX: filepath.Join(t.TempDir(), "x.npy")}
	numbers := make([]float32, 2*n)
	for i := range numbers {
		numbers[i] = float32(i / 2)
	}
	if err := npy.WriteFile(d.TrainX, []int{n, 2}, numbers); err != nil {
		t.Fatal(err)
	}
	real, err := openRealData(d, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer real.close()

	named := func(x *tensor.Tensor) (names []float32) {
		for i := range x.Shape[0] {
			names = append(names, x.Data[2*i])
		}
		return names
	}
	var all, rest []float32
	collect := func(into *[]float32) func(*tensor.Tensor) error {
		return func(part *tensor.Tensor) error { *into = append(*into, named(part)...); return nil }
	}
	if err := real.training(collect(&all)); err != nil {
		t.Fatal(err)
	}
	if err := real.rest()(collect(&rest)); err != nil {
		t.Fatal(err)
	}
	test, control := named(real.test(n).Examples), named(real.control(n).Examples)
	if len(test) != n/2 || !slices.Equal(rest, control) {
		t.Errorf("%v are held back, the rest is %v and the control %v", test, rest, control)
	}
	both := slices.Sorted(slices.Values(slices.Concat(test, rest)))
	slices.Sort(all)
	if len(all) != n || !slices.Equal(all, both) || len(slices.Compact(both)) != n {
		t.Errorf("held back and rest are %v, all are %v", both, all)
	}
}
