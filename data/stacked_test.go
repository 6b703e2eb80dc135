package data

import (
	"bytes"
	"math"
	"slices"
	"testing"
)

// smallStack has the digits of a test in its channels.
func smallStack(t *testing.T) (*stackedDataset, *memory) {
	set, files := digits()
	return &stackedDataset{name: "stacked-digits", title: "Stacked digits", of: set, train: 3000, test: 20},
		&memory{name: "memory", files: files}
}

func TestStackedImages(t *testing.T) {
	stack, from := smallStack(t)
	c := testCache(t)
	o := &Options{origins: []origin{from}}
	m, err := stack.resolve(t.Context(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	if m.Dataset.Count != 3000 || m.Dataset.Classes != 1000 || !slices.Equal(m.Dataset.Shape, []int{3, 2, 3}) {
		t.Errorf("got %+v", m.Dataset)
	}
	for _, part := range []struct {
		name   string
		open   func(Dataset) (*Source, error)
		labels []int64 // of the digits
	}{
		{"train", Open, []int64{0, 1, 2, 0, 1, 2}},
		{"test", OpenTest, []int64{2, 9}},
	} {
		s, err := part.open(m.Dataset)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		used := map[int64]int{}
		for i, label := range s.labels {
			for channel, digit := range []int64{label / 100, label / 10 % 10, label % 10} {
				image := s.bytes[(3*i+channel)*6:][:6]
				which := int(image[0]) / 10 // pixel p of digit i is 10·i + p
				if part.labels[which] != digit || image[5] != image[0]+5 {
					t.Fatalf("%s image %d has digit %d of class %d in channel %d, label %d", part.name, i, which, part.labels[which], channel, label)
				}
				used[label]++
			}
		}
		if want := map[string]int{"train": 27, "test": 8}[part.name]; len(used) != want {
			t.Errorf("%s has %d modes, want all %d", part.name, len(used), want)
		}
	}
}

// TestStackedDigitsAreDrawnApart: each triple of classes is one of 27, each with a
// share of 1/27; a χ² of 26 degrees of freedom lies below 54 in all but one of a
// thousand draws.
func TestStackedDigitsAreDrawnApart(t *testing.T) {
	stack, from := smallStack(t)
	m, err := stack.resolve(t.Context(), testCache(t), &Options{origins: []origin{from}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(m.Dataset)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	counts := map[int64]float64{}
	for _, label := range s.labels {
		counts[label]++
	}
	want, chi := float64(s.Count)/27, 0.0
	for _, n := range counts {
		chi += math.Pow(n-want, 2) / want
	}
	if len(counts) != 27 || chi > 54 {
		t.Errorf("%d modes with a χ² of %.1f", len(counts), chi)
	}
}

// The same digits give the same bytes, and once made the digits are not asked for
// again.
func TestStackedImagesAreTheSameForEveryone(t *testing.T) {
	stack, from := smallStack(t)
	var first []byte
	for range 2 {
		c := testCache(t)
		m, err := stack.resolve(t.Context(), c, &Options{origins: []origin{from}})
		if err != nil {
			t.Fatal(err)
		}
		x := pixels(t, m.Dataset)
		if first != nil && !bytes.Equal(first, x) {
			t.Error("another cache has other images")
		}
		first = x
		asked := from.asked
		if _, err := stack.resolve(t.Context(), c, &Options{origins: []origin{from}}); err != nil || from.asked != asked {
			t.Errorf("asked for digits again: %v", err)
		}
	}
}

func TestStacked(t *testing.T) {
	if of, ok := Stacked("stacked-mnist"); !ok || of != "mnist" {
		t.Errorf("got %q, %v", of, ok)
	}
	for _, name := range []string{"mnist", "ring8", "none"} {
		if of, ok := Stacked(name); ok {
			t.Errorf("%s is made of %s", name, of)
		}
	}
}
