package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// coded is a generator with two numbers of noise, a code of four categories and
// one that is a number.
func coded() *source {
	return &source{
		run:     &host.Run{Codes: []zoo.Code{{Name: "c1", Categories: 4}, {Name: "c2"}}},
		variant: &host.Variant{Description: zoo.Description{Name: "infogan"}},
	}
}

func codeValues(t *testing.T, texts ...string) []codeValue {
	t.Helper()
	var list []codeValue
	for _, text := range texts {
		if err := (codeFlag{&list}).Set(text); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func TestCodesThatAreNotThere(t *testing.T) {
	for text, says := range map[string]string{
		"c3=1": `no code "c3"`, "c1=4": "out of range", "c1=-1": "out of range", "c1=0.5": "out of range", "c1=0..4": "out of range",
		"c2=2.1": "out of range", "c2=-3..1": "out of range", "c2=inf": "out of range",
	} {
		if _, err := coded().codes(codeValues(t, text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", text, err, says)
		}
	}
	bare := &source{run: &host.Run{}, variant: coded().variant}
	if _, err := bare.codes(codeValues(t, "c1=1")); err == nil || !strings.Contains(err.Error(), "has no codes") {
		t.Errorf("without codes: got %v", err)
	}
	for _, text := range []string{"", "c1", "c1=", "=1", "c1=x", "c1=1..", "c1=1..2..3", "c1=NaN"} {
		if v, err := parseCodeValue(text); err == nil {
			t.Errorf("%q was read as %v", text, v)
		}
	}
	if err := (codeFlag{&[]codeValue{{Name: "c1"}}}).Set("c1=1"); err == nil {
		t.Error("a code was set twice")
	}
}

// TestArrange: the first range gets the columns, the second the rows, a category as
// many places as it has values.
func TestArrange(t *testing.T) {
	label := labelList{[]int64{0, 1, 2}, true}
	for _, tt := range []struct {
		name   string
		codes  []string
		o      sampleOptions
		want   grid
		sweeps int
		ok     bool
	}{
		{"a single value", []string{"c1=3"}, sampleOptions{}, grid{}, 0, true},
		{"over columns", []string{"c1=0..3"}, sampleOptions{}, grid{defaultSweepRows, 4}, 1, true},
		{"over both", []string{"c1=0..3", "c2=-1..1"}, sampleOptions{}, grid{defaultFrames, 4}, 2, true},
		{"the other way round", []string{"c2=-1..1", "c1=3..1"}, sampleOptions{}, grid{3, defaultFrames}, 2, true},
		{"a given grid", []string{"c2=-1..1"}, sampleOptions{Grid: grid{2, 6}}, grid{2, 6}, 1, true},
		{"as many rows as samples ask for", []string{"c1=0..3"}, sampleOptions{N: 9}, grid{3, 4}, 1, true},
		{"labels", nil, sampleOptions{Labels: label}, grid{defaultSweepRows, 3}, 1, true},
		{"labels and a code", []string{"c2=-1..1"}, sampleOptions{Labels: label}, grid{defaultFrames, 3}, 2, true},
		{"too few columns", []string{"c1=0..3"}, sampleOptions{Grid: grid{2, 3}}, grid{2, 3}, 1, false},
		{"more samples than places", []string{"c1=0..1", "c2=-1..1"}, sampleOptions{N: 100}, grid{defaultFrames, 2}, 2, false},
		{"three ranges", []string{"c1=0..3", "c2=-1..1"}, sampleOptions{Labels: label}, grid{4, 3}, 2, false},
	} {
		codes, err := coded().codes(codeValues(t, tt.codes...))
		if err != nil {
			t.Fatal(err)
		}
		o := tt.o
		sweeps, err := o.arrange(codes)
		if (err == nil) != tt.ok || tt.ok && (sweeps != tt.sweeps || o.Grid != tt.want) {
			t.Errorf("%s: %d ranges over %v, %v; want %d over %v", tt.name, sweeps, o.Grid, err, tt.sweeps, tt.want)
		}
	}
}

func TestSetCodes(t *testing.T) {
	s := coded()
	codes, err := s.codes(codeValues(t, "c1=2..0", "c2=-1..1"))
	if err != nil {
		t.Fatal(err)
	}
	o := sampleOptions{Grid: grid{2, 4}}
	if _, err := o.arrange(codes); err != nil {
		t.Fatal(err)
	}
	z := tensor.New(8, 2+4+1)
	for i := range z.Data {
		z.Data[i] = 9
	}
	if err := s.setCodes(z, codes, o.Grid); err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		want := []float32{9, 9, 0, 0, 0, 0, float32(i/4)*2 - 1}
		want[2+[]int{2, 1, 0, 2}[i%4]] = 1 // down from 2, then again
		if got := rows(z, i, i+1).Data; !slices.Equal(got, want) {
			t.Errorf("place %d: got %v, want %v", i, got, want)
		}
	}
	if err := s.setCodes(tensor.New(8, 5), codes, o.Grid); err == nil {
		t.Error("latents without room for noise were taken")
	}
}

func TestLabelLists(t *testing.T) {
	for text, want := range map[string]labelList{
		"3": {[]int64{3}, false}, "0-2": {[]int64{0, 1, 2}, false}, "0..2": {[]int64{0, 1, 2}, true},
	} {
		if got, err := parseLabelList(text); err != nil || !slices.Equal(got.List, want.List) || got.Sweep != want.Sweep {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	if got := repeated([]int64{4, 5}, 6, 3); !slices.Equal(got, []int64{4, 5, 4, 4, 5, 4}) {
		t.Errorf("over columns: %v", got)
	}
}
