package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// TestDropout: a share of rate is zero, the rest scaled so that the mean stays;
// two applications draw apart, and inference drops nothing.
func TestDropout(t *testing.T) {
	const size, rate = 20_000, 0.3
	net := nn.New("net", tensor.Shape{size}, nn.Setup{Init: nn.DCGANInit}, nn.Dropout(rate))
	g := graph.New("dropout")
	x := g.Input("x", 1, size)
	c := nn.Training()
	g.Output("first", net.Apply(c, x))
	g.Output("second", net.Apply(c, x))
	g.Output("inference", net.Apply(nn.Inference(nil), x))
	run := g.MustCompile(graph.Options{Seed: 1})
	for i := range run.Input("x") {
		run.Input("x")[i] = 7
	}
	run.Run(0)
	dropped := 0
	for _, v := range run.Output("first").Data {
		switch {
		case v == 0:
			dropped++
		case math.Abs(float64(v)-7/(1-rate)) > 1e-5:
			t.Fatalf("a value that is kept is %v", v)
		}
	}
	// Four standard deviations of a share of 20,000.
	if share := float64(dropped) / size; math.Abs(share-rate) > 4*math.Sqrt(rate*(1-rate)/size) {
		t.Errorf("%.3f are dropped, want %.1f", share, rate)
	}
	if slices.Equal(run.Output("first").Data, run.Output("second").Data) {
		t.Error("two applications dropped the same values")
	}
	if !slices.Equal(run.Output("inference").Data, run.Input("x")) {
		t.Error("inference dropped values")
	}
}

// TestGaussianNoise: deviations as asked, apart in two applications, and none at
// inference.
func TestGaussianNoise(t *testing.T) {
	const size, sd = 20_000, 0.3
	net := nn.New("net", tensor.Shape{size}, nn.Setup{Init: nn.DCGANInit}, nn.GaussianNoise(sd))
	g := graph.New("noise")
	x := g.Input("x", 1, size)
	c := nn.Training()
	g.Output("first", net.Apply(c, x))
	g.Output("second", net.Apply(c, x))
	g.Output("inference", net.Apply(nn.Inference(nil), x))
	run := g.MustCompile(graph.Options{Seed: 1})
	for i := range run.Input("x") {
		run.Input("x")[i] = 7
	}
	run.Run(0)
	var sum, squares, products float64
	for i, v := range run.Output("first").Data {
		first, second := float64(v)-7, float64(run.Output("second").Data[i])-7
		sum += first
		squares += first * first
		products += first * second
	}
	// Four standard deviations of a mean, a variance and a covariance of 20,000.
	root := math.Sqrt(size)
	if mean := sum / size; math.Abs(mean) > 4*sd/root {
		t.Errorf("the noise has a mean of %g", mean)
	}
	if variance := squares / size; math.Abs(variance-sd*sd) > 4*math.Sqrt2*sd*sd/root {
		t.Errorf("the noise has a variance of %g, want %g", variance, sd*sd)
	}
	if covariance := products / size; math.Abs(covariance) > 4*sd*sd/root {
		t.Errorf("two applications have a covariance of %g", covariance)
	}
	if !slices.Equal(run.Output("inference").Data, run.Input("x")) {
		t.Error("inference adds noise")
	}
}

// TestWeightNormWithAFixedLength: rows have the gain's length however long V is, and
// no variable for it; with spectral normalisation there is no second one.
func TestWeightNormWithAFixedLength(t *testing.T) {
	net := nn.New("net", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit}, nn.WeightNormDense(1, 10, false, nn.NoBias))
	if len(net.Variables()) != 1 {
		t.Fatalf("%d variables, want 1", len(net.Variables()))
	}
	copy(net.Variables()[0].Value.Data, []float32{0.3, 0.4})
	g := graph.New("weight norm")
	g.Output("y", net.Apply(nn.Training(), g.Input("x", 1, 2)))
	run := g.MustCompile(graph.Options{})
	copy(run.Input("x"), []float32{1, 2})
	run.Run(0)
	if y := run.Output("y").Data[0]; math.Abs(float64(y)-22) > 1e-4 { // 10·(0.6, 0.8)·(1, 2)
		t.Errorf("got %v, want 22", y)
	}
	spectral := nn.New("net", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit, Spectral: true}, nn.WeightNormDense(1, 10, true, nn.NoBias))
	var names []string
	for _, v := range spectral.Variables() {
		names = append(names, v.Name)
	}
	if want := []string{"net.0.weight", "net.0.weight_u"}; !slices.Equal(names, want) {
		t.Errorf("with spectral normalisation: %v, want %v", names, want)
	}
}

// TestSpectralNormalisation: power iteration ends at the largest singular value;
// it takes one step a context, and is kept only where statistics are.
func TestSpectralNormalisation(t *testing.T) {
	network := func() *nn.Network {
		net := nn.New("net", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit, Spectral: true}, nn.Dense(2, nn.NoBias))
		copy(net.Variables()[0].Value.Data, []float32{3, 0, 0, 2})
		copy(net.Variables()[1].Value.Data, []float32{0.6, 0.8})
		return net
	}
	apply := func(net *nn.Network, c *nn.Context, times, runs int) []float32 {
		g := graph.New("spectral")
		x := g.Input("x", 1, 2)
		for i := range times {
			g.Output(string(rune('a'+i)), net.Apply(c, x))
		}
		c.Commit(g)
		run := g.MustCompile(graph.Options{})
		copy(run.Input("x"), []float32{1, 1})
		for i := range runs {
			run.Run(uint64(i))
		}
		return run.Output("a").Data
	}
	// From u = (3, 4)/5: Wᵀu ∝ (9, 8), then Wv ∝ (27, 16), and σ = uᵀWv.
	sigma := math.Hypot(27, 16) / math.Hypot(9, 8)
	first := []float32{float32(3 / sigma), float32(2 / sigma)}
	moved := []float32{float32(27 / math.Hypot(27, 16)), float32(16 / math.Hypot(27, 16))}

	for _, tc := range []struct {
		name    string
		context *nn.Context
		times   int
		u       []float32
	}{
		{"training", nn.Training(), 1, moved},
		{"training, applied twice", nn.Training(), 2, moved},
		{"frozen", nn.Frozen(), 1, []float32{0.6, 0.8}},
		{"inference", nn.Inference(nil), 1, []float32{0.6, 0.8}},
	} {
		net := network()
		near(t, tc.name+": y", apply(net, tc.context, tc.times, 1), first)
		near(t, tc.name+": u", net.Variables()[1].Value.Data, tc.u)
	}
	near(t, "after many steps: y", apply(network(), nn.Training(), 1, 60), []float32{1, 2.0 / 3})
}

// TestConvTransposeTimes: with a stride of 2 a single pixel becomes the lower right
// quarter of the kernel, as PyTorch's padding 1 and output padding 1 have it; with 1
// its middle.
func TestConvTransposeTimes(t *testing.T) {
	for _, tt := range []struct {
		stride int
		want   []float32
	}{
		{1, []float32{50}},
		{2, []float32{50, 60, 80, 90}},
	} {
		n := nn.New("net", tensor.Shape{1, 1, 1}, nn.Setup{Init: nn.TorchInit}, nn.ConvTransposeTimes(1, 3, tt.stride, nn.NoBias))
		if !n.Out.Equal(tensor.Shape{1, tt.stride, tt.stride}) {
			t.Errorf("stride %d: out %v", tt.stride, n.Out)
		}
		copy(n.Variables()[0].Value.Data, []float32{1, 2, 3, 4, 5, 6, 7, 8, 9})
		g := graph.New("times")
		g.Output("out", n.Apply(nn.Inference(nil), g.Input("x", 1, 1, 1, 1)))
		exe, err := g.Compile(graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		exe.Input("x")[0] = 10
		exe.Run(0)
		near(t, "out", exe.Output("out").Data, tt.want)
	}
}

// TestJoinClass joins Φ = (1 2 3; 4 5 6) of a class to an image and to a vector, and
// has one Φ for both places.
func TestJoinClass(t *testing.T) {
	n := nn.New("net", tensor.Shape{1, 1, 2}, nn.Setup{Init: nn.TorchInit}, nn.JoinClass(3, 2), nn.Flatten(), nn.JoinClass(3, 2))
	if len(n.Variables()) != 1 || !n.Out.Equal(tensor.Shape{8}) {
		t.Fatalf("%d variables, out %v", len(n.Variables()), n.Out)
	}
	copy(n.Variables()[0].Value.Data, []float32{1, 2, 3, 4, 5, 6})
	g := graph.New("class")
	c := nn.Inference(nil)
	c.Tell(g.Input("y", 2, 3))
	g.Output("out", n.Apply(c, g.Input("x", 2, 1, 1, 2)))
	exe, err := g.Compile(graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	copy(exe.Input("x"), []float32{7, 8, 9, 10})
	copy(exe.Input("y"), []float32{0, 0, 1, 1, 0, 0})
	exe.Run(0)
	want := []float32{7, 8, 3, 3, 6, 6, 3, 6 /* second example */, 9, 10, 1, 1, 4, 4, 1, 4}
	if got := exe.Output("out").Data; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := graph.Catch(func() { n.Apply(nn.Inference(nil), graph.New("untold").Input("x", 2, 1, 1, 2)) }); err == nil {
		t.Error("a network that is not told the class is applied")
	}
	if err := graph.Catch(func() {
		nn.New("net", tensor.Shape{2}, nn.Setup{Init: nn.TorchInit}, nn.JoinClass(3, 2), nn.JoinClass(3, 4))
	}); err == nil {
		t.Error("two maps of other sizes pass for one")
	}
}

// TestFeatures: a mark gives what reaches the layer after it, and moves no
// layer's place.
func TestFeatures(t *testing.T) {
	net := nn.New("net", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit}, nn.Relu(), nn.Features(), nn.Dense(1, nn.NoBias))
	if name := net.Variables()[0].Name; name != "net.1.weight" {
		t.Errorf("the dense layer's weight is %s", name)
	}
	copy(net.Variables()[0].Value.Data, []float32{10, 1})
	g := graph.New("features")
	y, features := net.ApplyWithFeatures(nn.Training(), g.Input("x", 1, 2))
	g.Output("y", y)
	g.Output("features", features)
	run := g.MustCompile(graph.Options{})
	copy(run.Input("x"), []float32{-3, 4})
	run.Run(0)
	near(t, "the features", run.Output("features").Data, []float32{0, 4})
	near(t, "the result", run.Output("y").Data, []float32{4})

	plain := nn.New("net", tensor.Shape{2}, nn.Setup{Init: nn.DCGANInit}, nn.Relu())
	if err := graph.Catch(func() { plain.ApplyWithFeatures(nn.Training(), g.Input("z", 1, 2)) }); err == nil {
		t.Error("a network without a mark gave features")
	}
}

// TestVirtualBatchNorm: the reference, 1 and 3, is normalised by its own mean 2
// and variance 1; an example x after it by mean (4+x)/3 and mean square
// (10+x²)/3, whatever the others are.
func TestVirtualBatchNorm(t *testing.T) {
	net := nn.New("net", tensor.Shape{1}, nn.Setup{Init: nn.DCGANInit}, nn.BatchNorm())
	g := graph.New("virtual")
	c := nn.Training().Virtual(2)
	g.Output("y", net.Apply(c, g.Input("x", 4, 1)))
	c.Commit(g)
	run := g.MustCompile(graph.Options{})
	copy(run.Input("x"), []float32{1, 3, 5, -4})
	run.Run(0)
	want := []float32{float32(-1 / math.Sqrt(1+1e-5)), float32(1 / math.Sqrt(1+1e-5))}
	for _, x := range []float64{5, -4} {
		mean, square := (4+x)/3, (10+x*x)/3
		want = append(want, float32((x-mean)/math.Sqrt(square-mean*mean+1e-5)))
	}
	near(t, "y", run.Output("y").Data, want)
	near(t, "running mean", net.Variables()[2].Value.Data, []float32{0.1 * 2})
	near(t, "running variance", net.Variables()[3].Value.Data, []float32{0.9*1 + 0.1*1})

	images := nn.New("net", tensor.Shape{2, 2, 2}, nn.Setup{Init: nn.DCGANInit}, nn.BatchNorm())
	h := graph.New("images")
	if got := images.Apply(nn.Training().Virtual(2), h.Input("x", 3, 2, 2, 2)).Shape(); !got.Equal(tensor.Shape{3, 2, 2, 2}) {
		t.Errorf("images become %v", got)
	}
}
