package cli

import (
	"math"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestWalkKeepsToTheArc(t *testing.T) {
	from := tensor.Of([]float32{1, 0, 0, 0, 2, 5}, 2, 3)
	to := tensor.Of([]float32{0, 1, 1, 0, 2, 5}, 2, 3)
	got := walk(from, to, 2, 3)
	half := float32(math.Sqrt(0.5))
	want := []float32{
		1, 0, 0, half, half, 0.5, 0, 1, 1, // the third number, a code, goes straight
		0, 2, 5, 0, 2, 5, 0, 2, 5, // the second row stays where it is
	}
	for i, v := range got.Data {
		if math.Abs(float64(v-want[i])) > 1e-6 {
			t.Fatalf("got %v, want %v", got.Data, want)
		}
	}
	if !got.Shape.Equal(tensor.Shape{6, 3}) {
		t.Errorf("shape %v", got.Shape)
	}
}

func TestSlerpWithoutAPlane(t *testing.T) {
	for _, tt := range []struct{ a, b, want []float32 }{
		{[]float32{0, 0}, []float32{2, 0}, []float32{1, 0}},
		{[]float32{1, 0}, []float32{-1, 0}, []float32{0, 0}},
	} {
		dst := make([]float32, 2)
		slerp(dst, tt.a, tt.b, 0.5)
		if !slices.Equal(dst, tt.want) {
			t.Errorf("between %v and %v: got %v, want %v", tt.a, tt.b, dst, tt.want)
		}
	}
}

func TestLabels(t *testing.T) {
	conditional := &source{
		run:     &host.Run{ID: "r", Dataset: zoo.Dataset{Classes: 3}},
		variant: &host.Variant{Description: zoo.Description{Name: "cgan", Labels: zoo.LabelsRequired}},
	}
	free := &source{run: conditional.run, variant: &host.Variant{Description: zoo.Description{Name: "gan", Labels: zoo.LabelsUnused}}}
	for _, tt := range []struct {
		s           *source
		given       []int64
		n, perLabel int
		want        []int64
		ok          bool
	}{
		{conditional, nil, 5, 1, []int64{0, 1, 2, 0, 1}, true},
		{conditional, []int64{2, 0}, 5, 1, []int64{2, 0, 2, 0, 2}, true},
		{conditional, []int64{2, 0}, 6, 3, []int64{2, 2, 2, 0, 0, 0}, true},
		{conditional, []int64{3}, 5, 1, nil, false},
		{conditional, []int64{0, 1}, 1, 1, nil, false},
		{free, nil, 5, 1, nil, true},
		{free, []int64{0}, 5, 1, nil, false},
	} {
		got, err := tt.s.labels(tt.given, tt.n, tt.perLabel)
		if !slices.Equal(got, tt.want) || (err == nil) != tt.ok {
			t.Errorf("%s %v of %d: got %v, %v", tt.s.variant.Name, tt.given, tt.n, got, err)
		}
	}
}
