package arch

import (
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
)

// shapes that each network takes and refuses.
var shapes = map[string]struct{ fits, unfit []tensor.Shape }{
	"mlp":      {[]tensor.Shape{{1, 28, 28}, {3, 7, 5}}, []tensor.Shape{{2}}},
	"shallow":  {[]tensor.Shape{{1, 28, 28}, {3, 7, 5}}, []tensor.Shape{{2}}},
	"toy":      {[]tensor.Shape{{2}}, []tensor.Shape{{1, 28, 28}}},
	"slim28":   {[]tensor.Shape{{1, 28, 28}, {3, 28, 28}}, []tensor.Shape{{1, 32, 32}, {2}}},
	"dcgan28":  {[]tensor.Shape{{1, 28, 28}, {3, 28, 28}}, []tensor.Shape{{1, 28, 32}, {2}}},
	"dcgan32":  {[]tensor.Shape{{3, 32, 32}}, []tensor.Shape{{1, 28, 28}}},
	"began":    {[]tensor.Shape{{1, 28, 28}, {3, 32, 32}, {3, 56, 56}}, []tensor.Shape{{1, 30, 30}, {1, 28, 32}, {2}}},
	"lsgan112": {[]tensor.Shape{{3, 112, 112}, {1, 112, 112}}, []tensor.Shape{{3, 64, 64}}},
	"dcgan64":  {[]tensor.Shape{{3, 64, 64}}, []tensor.Shape{{3, 32, 32}}},
	"improved": {[]tensor.Shape{{1, 28, 28}, {3, 7, 5}}, []tensor.Shape{{2}}},
	"fgan":     {[]tensor.Shape{{1, 28, 28}, {3, 7, 5}}, []tensor.Shape{{2}}},
}

func TestNetworksFitTheirData(t *testing.T) {
	for _, a := range All {
		t.Run(a.Name, func(t *testing.T) {
			if len(shapes[a.Name].fits) == 0 || len(shapes[a.Name].unfit) == 0 {
				t.Fatal("there are no shapes to try it on")
			}
			for _, shape := range shapes[a.Name].fits {
				for i, norm := range []Norm{NoNorm, BatchNorm, LayerNorm} {
					s := Spec{Shape: shape, Latent: 5, Width: 2, Depth: i + 1, Outputs: 3, Norm: norm, NormG: norm, Dropout: 0.5, Minibatch: true, Classes: 4, LabelMap: i}
					setup := nn.Setup{Init: a.Init}
					if g := nn.New("generator", tensor.Shape{s.Latent}, setup, a.Generator(s)...); !g.Out.Equal(shape) {
						t.Errorf("G makes %v for %v", g.Out, shape)
					}
					if d := nn.New("discriminator", shape, setup, a.Discriminator(s)...); !d.Out.Equal(tensor.Shape{3}) {
						t.Errorf("D gives %v", d.Out)
					}
					if d := nn.New("discriminator", shape, setup, a.Autoencoder(s, 4)...); i == 0 && !d.Out.Equal(shape) {
						t.Errorf("D as an auto-encoder makes %v of %v", d.Out, shape)
					}
				}
				if got, err := Find(a.Name, shape); err != nil || got != a {
					t.Errorf("not found for %v: %v", shape, err)
				}
			}
			for _, shape := range shapes[a.Name].unfit {
				if _, err := Find(a.Name, shape); fault.KindOf(err) != fault.Usage {
					t.Errorf("for %v got %v, want a fault of kind Usage", shape, err)
				}
			}
		})
	}
}

// TestDropoutIsDrawn: in no discriminator is the setting without effect, whatever
// the network.
func TestDropoutIsDrawn(t *testing.T) {
	for _, a := range All {
		shape := shapes[a.Name].fits[0]
		draws := func(rate float64) (n int) {
			s := Spec{Shape: shape, Latent: 5, Width: 2, Depth: a.Depth, Outputs: 1, Norm: NoNorm, NormG: NoNorm, Dropout: rate}
			g := graph.New(a.Name)
			d := nn.New("discriminator", shape, nn.Setup{Init: a.Init}, a.Discriminator(s)...)
			g.Output("scores", d.Apply(nn.Training(), g.Input("x", append([]int{2}, shape...)...)))
			for _, node := range g.Nodes() {
				if node.Op() == graph.OpRandomUniform {
					n++
				}
			}
			return n
		}
		if without, with := draws(0), draws(0.5); without != 0 || with < a.Depth {
			t.Errorf("%s draws %d times without dropout and %d times with it, want 0 and %d or more", a.Name, without, with, a.Depth)
		}
	}
}

// TestReferenceSizes counts the parameters of the reference networks by hand,
// from the layers that the papers name.
func TestReferenceSizes(t *testing.T) {
	for _, tc := range []struct {
		arch  string
		shape tensor.Shape
		g, d  int
	}{
		{"mlp", tensor.Shape{1, 28, 28},
			128*512 + 512 + 2*(512*512+512) + 512*784 + 784,
			784*512 + 512 + 2*(512*512+512) + 512 + 1},
		{"dcgan28", tensor.Shape{1, 28, 28},
			62*1024 + 2*1024 + 1024*6272 + 2*6272 + 128*64*16 + 2*64 + 64*16 + 1,
			64*16 + 64 + 64*128*16 + 128 + 6272*1024 + 1024 + 1024 + 1},
		{"lsgan112", tensor.Shape{3, 112, 112},
			100*12544 + 2*12544 + 4*(256*256*9+2*256) + 256*128*9 + 2*128 + 128*64*9 + 2*64 + 64*3*9 + 3,
			3*64*25 + 64 + 64*128*25 + 128 + 128*256*25 + 256 + 256*512*25 + 512 + 512*49 + 1},
		{"toy", tensor.Shape{2},
			2*128 + 128 + 128*128 + 128 + 128*2 + 2,
			2*128 + 128 + 128*128 + 128 + 128 + 1},
	} {
		a, err := Find(tc.arch, tc.shape)
		if err != nil {
			t.Fatal(err)
		}
		s := Spec{Shape: tc.shape, Latent: a.Latent, Width: a.Width, Depth: a.Depth, Outputs: 1, Norm: NoNorm, NormG: a.NormG}
		setup := nn.Setup{Init: a.Init}
		if got := nn.New("generator", tensor.Shape{s.Latent}, setup, a.Generator(s)...).Parameters(); got != tc.g {
			t.Errorf("%s: G has %d parameters, want %d", tc.arch, got, tc.g)
		}
		if got := nn.New("discriminator", tc.shape, setup, a.Discriminator(s)...).Parameters(); got != tc.d {
			t.Errorf("%s: D has %d parameters, want %d", tc.arch, got, tc.d)
		}
	}
}

func TestFindNamesWhatFits(t *testing.T) {
	_, err := Find("dcgan64", tensor.Shape{3, 32, 32})
	if err == nil || !strings.Contains(err.Error(), "dcgan32, mlp") {
		t.Errorf("got %v", err)
	}
	if got := For("slim28", tensor.Shape{3, 64, 64}); got != "dcgan64" {
		t.Errorf("images of 64×64 begin with %s", got)
	}
	if got := For("slim28", tensor.Shape{3, 112, 112}); got != "lsgan112" {
		t.Errorf("images of 112×112 begin with %s", got)
	}
	if got := For("dcgan28", tensor.Shape{3, 112, 112}); got != "lsgan112" {
		t.Errorf("where dcgan28 is wanted, images of 112×112 begin with %s", got)
	}
	if got := For("slim28", tensor.Shape{3, 50, 50}); got != "mlp" {
		t.Errorf("images of 50×50 begin with %s", got)
	}
}

// TestDepthAddsLayers counts what one more of depth adds to each network of width
// 4, without normalisation.
func TestDepthAddsLayers(t *testing.T) {
	conv := func(c int) int { return c*c*9 + c } // 3×3, as many channels out as in
	for _, tc := range []struct {
		arch  string
		shape tensor.Shape
		g, d  int
	}{
		{"mlp", tensor.Shape{1, 8, 8}, 4*4 + 4, 4*4 + 4},
		{"shallow", tensor.Shape{1, 8, 8}, 4*4 + 4, 4*4 + 4},
		{"fgan", tensor.Shape{1, 8, 8}, 4*4 + 4, 1 + 1},
		{"toy", tensor.Shape{2}, 4*4 + 4, 4*4 + 4},
		{"slim28", tensor.Shape{1, 28, 28}, conv(4), conv(4) + conv(8)},
		{"dcgan28", tensor.Shape{1, 28, 28}, conv(4), conv(4) + conv(8)},
		{"dcgan32", tensor.Shape{3, 32, 32}, conv(8) + conv(4), conv(4) + conv(8) + conv(16)},
		{"dcgan64", tensor.Shape{3, 64, 64}, conv(16) + conv(8) + conv(4), conv(4) + conv(8) + conv(16) + conv(32)},
		{"lsgan112", tensor.Shape{3, 112, 112}, 2*conv(16) + conv(8) + conv(4), conv(4) + conv(8) + conv(16) + conv(32)},
		{"began", tensor.Shape{3, 16, 16}, 2 * conv(4), conv(4) + conv(8)},
	} {
		a, err := Find(tc.arch, tc.shape)
		if err != nil {
			t.Fatal(err)
		}
		size := func(depth int) (g, d int) {
			s := Spec{Shape: tc.shape, Latent: 3, Width: 4, Depth: depth, Outputs: 1, Norm: NoNorm, NormG: NoNorm}
			setup := nn.Setup{Init: a.Init}
			return nn.New("generator", tensor.Shape{3}, setup, a.Generator(s)...).Parameters(),
				nn.New("discriminator", tc.shape, setup, a.Discriminator(s)...).Parameters()
		}
		g, d := size(a.Depth)
		deeperG, deeperD := size(a.Depth + 1)
		if deeperG-g != tc.g || deeperD-d != tc.d {
			t.Errorf("%s: one more adds %d and %d parameters, want %d and %d", tc.arch, deeperG-g, deeperD-d, tc.g, tc.d)
		}
	}
}

// TestEveryNetworkHasItsSizes: the settings latent and width of 0 stand for them.
func TestEveryNetworkHasItsSizes(t *testing.T) {
	for _, a := range All {
		if a.Latent < 1 || a.Width < 1 {
			t.Errorf("%s: latent %d, width %d", a.Name, a.Latent, a.Width)
		}
	}
}
