package data

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
)

// numbered is a dataset of n images of 1×2 whose pixels are both the image's
// number, with label number mod 3.
func numbered(t testing.TB, n int) Dataset {
	t.Helper()
	dir := t.TempDir()
	x, y := make([]uint8, 2*n), make([]int64, n)
	for i := range n {
		x[2*i], x[2*i+1], y[i] = uint8(i), uint8(i), int64(i%3)
	}
	d := Dataset{Name: "numbered", Kind: Images, Shape: []int{1, 1, 2}, Count: n, Classes: 3,
		TrainX: filepath.Join(dir, "x.npy"), TrainY: filepath.Join(dir, "y.npy")}
	if err := npy.WriteFile(d.TrainX, []int{n, 1, 1, 2}, x); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteFile(d.TrainY, []int{n}, y); err != nil {
		t.Fatal(err)
	}
	return d
}

func mustOpen(t testing.TB, d Dataset) *Source {
	t.Helper()
	s, err := Open(d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// number is which image of numbered a normalised pixel belongs to.
func number(v float32) int { return int((v+1)*127.5 + 0.5) }

func TestBatchesRunOverEpochs(t *testing.T) {
	const n, batch = 10, 4
	s := mustOpen(t, numbered(t, n))
	var seen []int
	x, y := make([]float32, batch*2), make([]int64, batch)
	for i := range int64(10) { // 40 examples: four epochs
		s.Batch(x, y, 7, i, batch)
		for k := range batch {
			e := number(x[2*k])
			if number(x[2*k+1]) != e || y[k] != int64(e%3) {
				t.Fatalf("batch %d, example %d: %v with label %d", i, k, x[2*k:2*k+2], y[k])
			}
			seen = append(seen, e)
		}
	}
	var orders [][]int
	for epoch := range 4 {
		order := seen[epoch*n:][:n]
		for _, before := range orders {
			if slices.Equal(before, order) {
				t.Errorf("epoch %d repeats the order of another", epoch)
			}
		}
		orders = append(orders, order)
		sorted := slices.Sorted(slices.Values(order))
		for i, e := range sorted {
			if i != e {
				t.Fatalf("epoch %d has the examples %v", epoch, sorted)
			}
		}
	}
}

// Any batch can be had at any time, from a fresh source too, and the size of
// the batches does not change the row of examples.
func TestBatchIsRandomAccess(t *testing.T) {
	d := numbered(t, 10)
	s := mustOpen(t, d)
	row := make([]float32, 60*2)
	s.Batch(row, nil, 3, 0, 60)
	for _, batch := range []int{1, 3, 4, 20} {
		x := make([]float32, batch*2)
		for _, index := range []int64{2, 0, 1, 2} {
			mustOpen(t, d).Batch(x, nil, 3, index, batch)
			if want := row[int(index)*batch*2:][:batch*2]; !slices.Equal(x, want) {
				t.Errorf("batch %d of %d: %v, want %v", index, batch, x, want)
			}
		}
	}
	other := make([]float32, 60*2)
	s.Batch(other, nil, 4, 0, 60)
	if slices.Equal(row, other) {
		t.Error("another seed gave the same order")
	}
}

func TestNormalisation(t *testing.T) {
	for b, want := range map[int]float32{0: -1, 255: 1, 51: -0.6, 204: 0.6} {
		if got := normalised[b]; got-want > 1e-6 || want-got > 1e-6 {
			t.Errorf("%d became %v, want %v", b, got, want)
		}
	}
}

func TestBatchAllocatesNothing(t *testing.T) {
	s := mustOpen(t, numbered(t, 100))
	x, y := make([]float32, 64*2), make([]int64, 64)
	s.Batch(x, y, 1, 0, 64)
	s.Batch(x, y, 1, 1, 64)
	index := int64(0)
	if n := testing.AllocsPerRun(50, func() {
		s.Batch(x, y, 1, index, 64)
		index++
	}); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}

func TestPointsAsTheyAre(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	if err := npy.WriteFile(path, []int{2, 2}, []float32{5, -6, 7, -8}); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, Dataset{Kind: Points, Shape: []int{2}, Count: 2, TrainX: path})
	x := make([]float32, 4)
	s.Gather(x, nil, []int32{1, 0})
	if !slices.Equal(x, []float32{7, -8, 5, -6}) {
		t.Errorf("got %v", x)
	}
}

// TestLabelsOfUnlabelledData: made-up labels would end in made-up measures.
func TestLabelsOfUnlabelledData(t *testing.T) {
	d := numbered(t, 6)
	d.TrainY = ""
	s := mustOpen(t, d)
	if s.HasLabels() {
		t.Error("there are labels")
	}
	for name, ask := range map[string]func(x []float32, y []int64){
		"Gather": func(x []float32, y []int64) { s.Gather(x, y, []int32{1, 0}) },
		"Batch":  func(x []float32, y []int64) { s.Batch(x, y, 1, 0, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it gave labels")
				}
			}()
			ask(make([]float32, 4), make([]int64, 2))
		})
	}
}

func TestLabelledIsBalanced(t *testing.T) {
	d := numbered(t, 90)
	s := mustOpen(t, d)
	for _, n := range []int{3, 10, 60} {
		chosen, err := s.Labelled(n, 5)
		if err != nil || len(chosen) != n {
			t.Fatalf("%d: got %v, %v", n, chosen, err)
		}
		counts := [3]int{}
		seen := map[int32]bool{}
		for _, e := range chosen {
			counts[s.labels[e]]++
			seen[e] = true
		}
		if len(seen) != n || slices.Max(counts[:])-slices.Min(counts[:]) > 1 {
			t.Errorf("%d: %d different, per class %v", n, len(seen), counts)
		}
		again, _ := mustOpen(t, d).Labelled(n, 5)
		other, _ := s.Labelled(n, 6)
		if !slices.Equal(chosen, again) || (n > 3 && slices.Equal(chosen, other)) {
			t.Errorf("%d: the choice is not the seed's", n)
		}
	}
	for _, n := range []int{0, -1, 91} {
		if _, err := s.Labelled(n, 5); fault.KindOf(err) != fault.Usage {
			t.Errorf("%d: got %v", n, err)
		}
	}
	few := mustOpen(t, numbered(t, 4)).Subset([]int32{0, 1, 3})
	if _, err := few.Labelled(3, 1); fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "class 2") {
		t.Errorf("got %v", err)
	}
}

func TestSubset(t *testing.T) {
	s := mustOpen(t, numbered(t, 30))
	sub := s.Subset([]int32{29, 4, 11})
	x, y := make([]float32, 6*2), make([]int64, 6)
	sub.Batch(x, y, 1, 0, 6)
	var got []int
	for k := range 6 {
		got = append(got, number(x[2*k]))
		if y[k] != int64(number(x[2*k])%3) {
			t.Errorf("example %d has label %d", number(x[2*k]), y[k])
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []int{4, 4, 11, 11, 29, 29}) {
		t.Errorf("two epochs of the subset are %v", got)
	}
	nested := sub.Subset([]int32{2})
	nested.Batch(x, nil, 1, 0, 6)
	if number(x[0]) != 11 {
		t.Errorf("a subset of a subset is %d, want 11", number(x[0]))
	}
	if err := sub.Close(); err != nil {
		t.Error(err)
	}
	s.Batch(x, nil, 1, 0, 6) // closing a subset leaves its owner's arrays
}

func TestOpenRefuses(t *testing.T) {
	good := numbered(t, 6)
	badLabel := filepath.Join(t.TempDir(), "y.npy")
	if err := npy.WriteFile(badLabel, []int{6}, []int64{0, 1, 2, 3, 0, 1}); err != nil {
		t.Fatal(err)
	}
	fewLabels := filepath.Join(t.TempDir(), "y.npy")
	if err := npy.WriteFile(fewLabels, []int{2}, []int64{0, 1}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		edit func(*Dataset)
		want string
	}{
		{"shape", func(d *Dataset) { d.Shape = []int{1, 2, 2} }, "N×1×2×2 is wanted"},
		{"kind", func(d *Dataset) { d.Kind = Points }, "uint8"},
		{"no kind", func(d *Dataset) { d.Kind = "" }, "unknown kind"},
		{"missing", func(d *Dataset) { d.TrainX += "x" }, "no such file"},
		{"label out of range", func(d *Dataset) { d.TrainY = badLabel }, "label 3 of example 3"},
		{"few labels", func(d *Dataset) { d.TrainY = fewLabels }, "2 labels for 6"},
		{"labels of another type", func(d *Dataset) { d.TrainY = d.TrainX }, "int64"},
	} {
		d := good
		tt.edit(&d)
		if _, err := Open(d); fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := OpenTest(good); fault.KindOf(err) != fault.Data {
		t.Errorf("got %v", err)
	}
}

func BenchmarkBatch(b *testing.B) {
	const n, width = 10_000, 28 * 28
	path := filepath.Join(b.TempDir(), "x.npy")
	if err := npy.WriteFile(path, []int{n, 1, 28, 28}, make([]uint8, n*width)); err != nil {
		b.Fatal(err)
	}
	s := mustOpen(b, Dataset{Kind: Images, Shape: []int{1, 28, 28}, Count: n, TrainX: path})
	for _, batch := range []int{64, 128} {
		b.Run(fmt.Sprintf("%dx784", batch), func(b *testing.B) {
			x := make([]float32, batch*width)
			index := int64(0)
			b.ReportAllocs()
			for b.Loop() {
				s.Batch(x, nil, 1, index, batch)
				index++
			}
		})
	}
}
