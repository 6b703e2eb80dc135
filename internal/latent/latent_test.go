package latent

import (
	"math"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
)

var layout = Layout{Noise: 3, Codes: []Code{{"c1", 4}, {"c2", 0}}}

// TestDraw: the noise is what a layout without codes draws; each category is drawn
// as often, and numbers are from all of −1…1.
func TestDraw(t *testing.T) {
	const n = 1000
	z := layout.Draw(Samples, 1, n)
	if !z.Shape.Equal(tensor.Shape{n, 8}) {
		t.Fatalf("shape %v", z.Shape)
	}
	if few := layout.Draw(Samples, 1, 10); !slices.Equal(few.Data, z.Data[:80]) {
		t.Error("the first rows depend on how many follow")
	}
	parts := layout.Split(z)
	if bare := (Layout{Noise: 3}).Draw(Samples, 1, n); !slices.Equal(parts[Noise].Data, bare.Data) {
		t.Error("codes change the noise")
	}
	var counts [4]int
	for i := range n {
		hot := parts["c1"].Data[4*i:][:4]
		at := slices.Index(hot, 1)
		if at < 0 || slices.Max(hot) != 1 || hot[0]+hot[1]+hot[2]+hot[3] != 1 {
			t.Fatalf("c1 is %v", hot)
		}
		counts[at]++
	}
	for k, count := range counts {
		if count < 195 || count > 305 { // four standard deviations: 250 ± 4·√(1000·¼·¾)
			t.Errorf("category %d was drawn %d times of %d", k, count, n)
		}
	}
	var sum, squares float64
	for _, v := range parts["c2"].Data {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	if math.Abs(sum/n) > 0.08 || math.Abs(squares/n-1./3) > 0.04 {
		t.Errorf("c2 has the mean %.3f and the mean square %.3f, want 0 and ⅓", sum/n, squares/n)
	}
	uniform := Layout{Noise: 2, Uniform: true}.Draw(Samples, 1, n)
	if slices.Min(uniform.Data) < -1 || slices.Max(uniform.Data) > 1 || slices.Max(uniform.Data) < 0.99 {
		t.Errorf("uniform noise from %v to %v", slices.Min(uniform.Data), slices.Max(uniform.Data))
	}
}

func TestColumnAndSet(t *testing.T) {
	row := []float32{7, 7, 7, 1, 0, 0, 0, 0.5}
	at, c := layout.Column("c1")
	c.Set(row[at:], 2)
	at, c = layout.Column("c2")
	c.Set(row[at:], -1.5)
	if want := []float32{7, 7, 7, 0, 0, 1, 0, -1.5}; !slices.Equal(row, want) {
		t.Errorf("got %v, want %v", row, want)
	}
	if at, _ := layout.Column("c3"); at >= 0 {
		t.Errorf("c3 was found at %d", at)
	}
}

func TestCodesInMetadata(t *testing.T) {
	text := FormatCodes(layout.Codes)
	if text != "c1=0..3, c2=-1..1" {
		t.Errorf("written as %q", text)
	}
	if got, err := ParseCodes(text); err != nil || !slices.Equal(got, layout.Codes) {
		t.Errorf("read back as %v, %v", got, err)
	}
	if got, err := ParseCodes(""); err != nil || got != nil {
		t.Errorf("none: %v, %v", got, err)
	}
	for _, wrong := range []string{",", "c1", "=0..3", "c1=0..-1", "c1=0..03", "c1=0..99999999999", "c1=1..3", "c2=-1..2", "z=0..3", "c1=0..3,"} {
		if got, err := ParseCodes(wrong); err == nil {
			t.Errorf("%q was read as %v", wrong, got)
		}
	}
}
