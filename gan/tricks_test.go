package gan_test

import (
	"math"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// critic has the plainest losses, so that all else is a trick's.
var critic = &gan.Variant{
	Name:   "critic",
	Images: gan.Setup{Arch: "mlp", Batch: 4, Steps: 100, Set: map[string]any{"optimizer": "sgd", "beta1": 0.0}},
	Discriminator: func(s *gan.Step) *graph.Node {
		return s.D(s.Fake).Mean().Sub(s.D(s.Real).Mean())
	},
	Generator: func(s *gan.Step) *graph.Node { return s.D(s.Fake).Mean().Neg() },
}

func with(params map[string]string) zoo.Config { return zoo.Config{Batch: 2, Params: params} }

// TestPackingJoinsExamples: the scores are of a whole pack.
func TestPackingJoinsExamples(t *testing.T) {
	setup := nn.Setup{Init: nn.DCGANInit}
	generator := nn.New("generator", tensor.Shape{2}, setup, nn.Dense(2, nn.NoBias))
	discriminator := nn.New("discriminator", tensor.Shape{4}, setup, nn.Dense(1, nn.NoBias))
	copy(discriminator.Variables()[0].Value.Data, []float32{1, 10, 100, 1000})
	m, err := gan.NewModelOf(critic, with(map[string]string{"packing": "on", "lr_d": "0"}), &gantest.Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}
	p := gantest.Discriminator(t, m)
	gantest.Run(t, p, map[string][]float32{"real": {1, 2, 3, 4}, "z": {0, 0, 0, 0}})
	gantest.Near(t, "loss", p.Loss(), -4321)
}

func TestPackingWidensTheDiscriminator(t *testing.T) {
	m, _, err := gan.NewModel(critic, zoo.Config{Params: map[string]string{"packing": "4"}}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	if want := (tensor.Shape{4, 28, 28}); !m.D.In.Equal(want) || !m.G.Out.Equal(tensor.Shape{1, 28, 28}) {
		t.Errorf("D takes %v and G makes %v", m.D.In, m.G.Out)
	}
	gantest.Discriminator(t, m)
	gantest.Generator(t, m)
}

// TestInstanceNoiseFalls: on data and samples alike, in a straight line to zero.
func TestInstanceNoiseFalls(t *testing.T) {
	c := with(map[string]string{"instance_noise": "0.5", "instance_noise_steps": "2", "lr_d": "0", "lr_g": "0"})
	m := gantest.Linear(t, critic, c, [2]float32{}, [2]float32{1, 0})
	d, g := gantest.Discriminator(t, m), gantest.Generator(t, m)
	for _, sd := range []float64{0.5, 0.25, 0, 0} {
		gantest.Run(t, d, map[string][]float32{
			"real": {0, 0, 0, 0}, "z": {0, 0, 0, 0},
			"instance_noise/1": {8, 0, 8, 0}, "instance_noise/2": {2, 0, 2, 0}, // samples first
		})
		gantest.Near(t, "loss", d.Loss(), (8-2)*sd)
		gantest.Run(t, g, map[string][]float32{"z": {0, 0, 0, 0}, "instance_noise/1": {4, 0, 4, 0}})
		gantest.Near(t, "generator's loss", g.Loss(), -4*sd)
	}
}

// TestHistoricalAveraging follows the critic's first weight by hand.
func TestHistoricalAveraging(t *testing.T) {
	c := with(map[string]string{"historical_averaging": "0.5", "lr_d": "0.1"})
	m := gantest.Linear(t, critic, c, [2]float32{}, [2]float32{3, 0})
	d := gantest.Discriminator(t, m)
	w, mean := 3.0, 3.0
	for step := range 4 {
		gantest.Run(t, d, map[string][]float32{"real": {1, 0, 1, 0}, "z": {0, 0, 0, 0}})
		gantest.Near(t, "loss", d.Loss(), -w+0.5*(w-mean)*(w-mean))
		slope := -1 + (w - mean)
		mean += (w - mean) / float64(step+1)
		w -= 0.1 * slope
		gantest.Near(t, "weight", float64(m.D.Variables()[0].Value.Data[0]), w)
	}
}

// TestGradientPenalties: the gradient of a linear critic is its weights, of
// norm 5, everywhere.
func TestGradientPenalties(t *testing.T) {
	for at, want := range map[string]float64{"between": 10 * 16, "near": 10 * 16, "data": 10 * 25} {
		c := with(map[string]string{"gradient_penalty": "on", "gradient_penalty_at": at})
		d := gantest.Discriminator(t, gantest.Linear(t, critic, c, [2]float32{}, [2]float32{3, 4}))
		gantest.Run(t, d, map[string][]float32{"real": {0, 0, 0, 0}, "z": {0, 0, 0, 0}})
		gantest.Near(t, at, d.Loss(), want)
	}
}

// TestPenaltyOnPacks: a pack is one point of the discriminator, which lies with all
// its examples at one place between data and samples. d(x) = (w·x)² has the
// gradient 2(w·x)w, which tells where it was taken.
func TestPenaltyOnPacks(t *testing.T) {
	setup := nn.Setup{Init: nn.DCGANInit}
	generator := nn.New("generator", tensor.Shape{2}, setup, nn.Dense(2, nn.NoBias))
	discriminator := nn.New("discriminator", tensor.Shape{4}, setup,
		nn.Dense(1, nn.NoBias), nn.Activation((*graph.Node).Square))
	copy(discriminator.Variables()[0].Value.Data, []float32{1, 0, 1, 0})
	c := with(map[string]string{"packing": "2", "gradient_penalty": "1"})
	c.Batch = 4
	m, err := gan.NewModelOf(critic, c, &gantest.Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}
	p := gantest.Discriminator(t, m)
	gantest.Run(t, p, map[string][]float32{
		"real": {1, 0, 3, 0, 2, 0, 4, 0}, "z": make([]float32, 8), // samples at 0
		"gradient_penalty": {0.25, 0.75}, // α of each pack
	})
	excess := func(at float64) float64 { return 2*at*math.Sqrt2 - 1 } // ‖w‖ = √2
	first, second := excess(0.25*(1+3)), excess(0.75*(2+4))
	gantest.Near(t, "loss", p.Loss(), -(4*4+6*6)/2+(first*first+second*second)/2)
}

// TestGradNormsAreOfOneScore: the gradient of the sum of several would pass for
// that of each.
func TestGradNormsAreOfOneScore(t *testing.T) {
	v := *critic
	v.Outputs = func(*gan.Settings) int { return 2 }
	v.Discriminator = func(s *gan.Step) *graph.Node { return s.GradNorms(s.Real).Mean() }
	m := gantest.Linear(t, &v, with(nil), [2]float32{}, [2]float32{3, 4}, [2]float32{0, 1})
	err := graph.Catch(func() { m.DiscriminatorStep(gan.StepOptions{}) })
	if err == nil || !strings.Contains(err.Error(), "more than one value a row") {
		t.Errorf("two scores: %v", err)
	}
}

// TestFeatureMatching: the distance of the mean features, here of the values
// that reach the discriminator's only layer.
func TestFeatureMatching(t *testing.T) {
	setup := nn.Setup{Init: nn.DCGANInit}
	generator := nn.New("generator", tensor.Shape{2}, setup, nn.Dense(2))
	copy(generator.Variables()[0].Value.Data, []float32{1, 0, 0, 1})
	discriminator := nn.New("discriminator", tensor.Shape{2}, setup, nn.Features(), nn.Dense(1))
	m, err := gan.NewModelOf(critic, with(map[string]string{"feature_matching": "on"}), &gantest.Points, generator, discriminator)
	if err != nil {
		t.Fatal(err)
	}
	p := gantest.Generator(t, m)
	gantest.Run(t, p, map[string][]float32{"real": {1, 1, 3, 5}, "z": {0, 0, 2, 2}})
	gantest.Near(t, "loss", p.Loss(), 1+4) // (2 − 1)² + (3 − 1)²
}

// TestTricksThatAreRefused: a gradient penalty is per example, a pack is whole.
func TestTricksThatAreRefused(t *testing.T) {
	penalised, encoder, classes := *critic, *critic, *critic
	penalised.PerExample = true
	encoder.Autoencoder = true
	classes.Outputs = func(*gan.Settings) int { return 3 }
	for _, tc := range []struct {
		name    string
		variant *gan.Variant
		params  map[string]string
	}{
		{"minibatch discrimination with a penalty", &penalised, map[string]string{"minibatch_discrimination": "on"}},
		{"batch norm with a penalty", &penalised, map[string]string{"norm_d": "batch"}},
		{"batch norm with the trick's penalty", critic, map[string]string{"norm_d": "batch", "gradient_penalty": "on"}},
		{"packs that are not whole", critic, map[string]string{"packing": "3"}},
		{"packs for an auto-encoder", &encoder, map[string]string{"packing": "2"}},
		{"packs for a classifier", &classes, map[string]string{"packing": "2"}},
		{"a penalty for an auto-encoder", &encoder, map[string]string{"gradient_penalty": "on"}},
		{"a penalty for a classifier", &classes, map[string]string{"gradient_penalty": "on"}},
		{"virtual batch norm without any", critic, map[string]string{"virtual_batch_norm": "on"}},
		{"a number that on does not stand for", critic, map[string]string{"lr_d": "on"}},
	} {
		if _, _, err := gan.NewModel(tc.variant, zoo.Config{Params: tc.params}, &gantest.Images); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: got %v, want a fault of kind Usage", tc.name, err)
		}
	}
}

// TestPresets: the paper's own setting is laid over the defaults, and what the
// user sets over both.
func TestPresets(t *testing.T) {
	v := *critic
	v.Original = gan.Setup{Arch: "dcgan28", Batch: 16, Set: map[string]any{"lr_d": 0.5, "lr_g": 0.25}}
	_, c, err := gan.NewModel(&v, zoo.Config{Params: map[string]string{"preset": "paper", "lr_g": "1"}}, &gantest.Images)
	if err != nil {
		t.Fatal(err)
	}
	if c.Arch != "dcgan28" || c.Batch != 16 || c.Steps != 100 || c.Params["lr_d"] != "0.5" || c.Params["lr_g"] != "1" || c.Params["optimizer"] != "sgd" {
		t.Errorf("the paper's configuration is %+v", c)
	}
	again, same, err := gan.NewModel(&v, c, &gantest.Images)
	if err != nil || same.Params["lr_d"] != "0.5" || again.Settings.Batch != 16 {
		t.Errorf("a resolved configuration resolves to another: %+v (%v)", same, err)
	}
}

// TestNoPreset: a variant without a setting of its paper's own says so.
func TestNoPreset(t *testing.T) {
	v := *critic
	v.Original = gan.Setup{}
	_, _, err := gan.NewModel(&v, zoo.Config{Params: map[string]string{"preset": "paper"}}, &gantest.Images)
	if fault.KindOf(err) != fault.Usage {
		t.Errorf("got %v, want a fault of kind Usage", err)
	}
	for _, p := range v.Description().Params {
		if p.Name == "preset" && len(p.Choices) != 1 {
			t.Errorf("the choices are %v", p.Choices)
		}
	}
}
