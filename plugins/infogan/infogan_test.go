package infogan

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// small has a code of two categories and one continuous code; its samples are
// z + (5·[second category], c2).
func small(t *testing.T) *gan.Model {
	c := zoo.Config{Batch: 2, Params: map[string]string{"categories": "2", "continuous": "1", "lambda": "3", "lr_d": "0"}}
	return gantest.Matrices(t, Variant, c,
		[][]float32{{1, 0, 0, 5, 0}, {0, 1, 0, 0, 1}},
		[][]float32{{1, 0}, {0, 0}, {1, 0}, {0, 2}}) // source x₀, categories 0 and x₀, mean 2·x₁
}

func TestLossesByHand(t *testing.T) {
	inputs := map[string][]float32{
		"real": {3, 0, 3, 0},
		"z":    {1, 0, -2, 0}, "c1": {0.25, 0.75}, "c2": {0.5, -1}, // x̃: (1, .5), (3, −1)
	}
	sp := gantest.Softplus
	c1 := math.Log(2) - (sp(1)+sp(-3))/2
	// The means are 1 and −2, off by −.5 and 1.
	c2 := math.Log(2) - math.Log(2*math.Pi)/2 - (0.25+1)/2/2
	m := small(t)
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	gantest.Run(t, d, inputs)
	gantest.Near(t, "discriminator's loss", d.Loss(), sp(-3)+(sp(1)+sp(3))/2-3*(c1+c2))
	gantest.Run(t, g, inputs)
	gantest.Near(t, "generator's loss", g.Loss(), (sp(-1)+sp(-3))/2-3*(c1+c2))
	gantest.Near(t, "information of c1", g.Term("mutual information of c1"), c1)
}

// TestCodesAreNotLabels: other zoos fed the true label as the code, which makes
// of InfoGAN a conditional GAN. No step here has an input for labels.
func TestCodesAreNotLabels(t *testing.T) {
	if Variant.Labels != "" {
		t.Errorf("it says that labels are %s", Variant.Labels)
	}
	m := small(t)
	for _, p := range []*gan.Program{gantest.Discriminator(t, m), gantest.Generator(t, m)} {
		for _, name := range []string{"y", "classes", "labelled"} {
			if p.Input(name) != nil {
				t.Errorf("a step takes the input %q", name)
			}
		}
		if p.Input("c1") == nil || p.Input("c2") == nil {
			t.Error("a step draws no codes")
		}
	}
}

// TestQByHand: with a hidden layer of Q's own, of one unit, which sees x₀ of each
// sample less the batch's mean, over its deviation.
func TestQByHand(t *testing.T) {
	c := zoo.Config{Batch: 2, Params: map[string]string{"categories": "2", "continuous": "0", "q_hidden": "1", "lr_d": "0"}}
	toy, _, err := gan.NewModel(Variant, c, &gantest.Points)
	if err != nil {
		t.Fatal(err)
	}
	setup := nn.Setup{Init: nn.DCGANInit}
	discriminator := nn.New("discriminator", tensor.Shape{2}, setup, Variant.Head(toy.Settings)...)
	for _, v := range discriminator.Trainable() {
		copy(v.Value.Data, map[string][]float32{
			"discriminator.0.0.0.weight": {1, 0}, // the source is x₀
			"discriminator.0.1.0.weight": {1, 0},
			"discriminator.0.1.1.weight": {1},
			"discriminator.0.1.3.weight": {2, -1}, // logits 2h, −h
		}[v.Name])
	}
	generator := nn.New("generator", tensor.Shape{4}, setup, nn.Dense(2, nn.NoBias))
	copy(generator.Variables()[0].Value.Data, []float32{1, 0, 0, 0, 0, 1, 0, 0})
	m, err := gan.NewModelOf(Variant, c, &gantest.Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}

	inputs := map[string][]float32{"real": {3, 0, 3, 0}, "z": {3, 0, 1, 0}, "c1": {0.25, 0.75}}
	sp := gantest.Softplus
	unit := 1 / math.Sqrt(1+1e-5) // 3 and 1 have the mean 2 and the variance 1; ε of batch norm
	first, second := unit, -0.1*unit
	c1 := math.Log(2) - (sp(-3*first)+sp(3*second))/2 // of the categories 0 and 1
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	gantest.Run(t, d, inputs)
	gantest.Near(t, "discriminator's loss", d.Loss(), sp(-3)+(sp(3)+sp(1))/2-c1)
	gantest.Run(t, g, inputs)
	gantest.Near(t, "generator's loss", g.Loss(), (sp(-3)+sp(-1))/2-c1)
}

// TestCodesOfLatents: what samples are made of has one category each, all of
// them as often, and continuous codes from all of −1…1.
func TestCodesOfLatents(t *testing.T) {
	m, _, err := gan.NewModel(Variant, zoo.Config{}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	const n = 1000
	z := m.Latents("latents", 1, n)
	width := z.Shape[1]
	if width != 62+10+2 {
		t.Fatalf("latents of %d", width)
	}
	var counts [10]int
	var sum, squares float64
	for i := range n {
		row := z.Data[i*width:][:width]
		ones := 0
		for k, v := range row[62:72] {
			if v == 1 {
				counts[k]++
				ones++
			} else if v != 0 {
				t.Fatalf("c1 has the value %v", v)
			}
		}
		if ones != 1 {
			t.Fatalf("c1 is %v", row[62:72])
		}
		sum += float64(row[72])
		squares += float64(row[72]) * float64(row[72])
	}
	for k, count := range counts {
		if count < 60 || count > 140 { // four standard deviations
			t.Errorf("category %d was drawn %d times of %d", k, count, n)
		}
	}
	if math.Abs(sum/n) > 0.08 || math.Abs(squares/n-1./3) > 0.04 {
		t.Errorf("c2 has the mean %.3f and the mean square %.3f", sum/n, squares/n)
	}
}
