package reproduce

import (
	"context"
	"fmt"
	"math"
	"math/cmplx"

	core "github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/plugins/dragan"
	"github.com/ganzoo/ganzoo/plugins/gan"
	"github.com/ganzoo/ganzoo/plugins/wgan"
	"github.com/ganzoo/ganzoo/plugins/wgangp"
)

// The Dirac-GAN (Mescheder et al. 2018, "Which Training Methods for GANs do
// actually Converge?", arXiv:1801.04406, section 2): the data are one point, 0,
// the generator makes one point, θ, and the discriminator is D(x) = ψ·x. There is
// one equilibrium, θ = ψ = 0.
//
// Near it the players' gradients are a linear field whose eigenvalues are known
// for every objective: with a real part of 0 simultaneous gradient flow circles,
// with one below 0 it converges. Both are seen here on the variants' own losses
// and graphs.

// diracCase is an objective with what the paper proves of it.
type diracCase struct {
	name    string
	variant *core.Variant
	params  map[string]string
	noise   float64 // standard deviation of instance noise
	// eigenvalue is the one with the larger real part and an imaginary part that
	// is not negative, of the field at the equilibrium; NaN where it has a kink.
	eigenvalue complex128
	converges  bool
}

const (
	diracNoise   = 1.0 // standard deviation σ of instance noise
	diracPenalty = 0.2 // λ of λ·E‖∇D‖²: with γ = 2λ the paper's γ/2
)

// slope and curvature are f′(0) and f″(0) of f(t) = −log(1 + e^{−t}).
const (
	slope     = 0.5
	curvature = -0.25
)

var diracCases = []diracCase{
	{name: "GAN, saturating", variant: gan.Variant, params: map[string]string{"loss": "saturating"},
		eigenvalue: complex(0, slope)}, // lemma 2.3
	{name: "GAN, non-saturating", variant: gan.Variant,
		eigenvalue: complex(0, slope)}, // lemma 2.3
	{name: "WGAN without clipping", variant: wgan.Variant, params: map[string]string{"clip": "100"},
		eigenvalue: complex(0, 1)}, // f(t) = t
	{name: "WGAN, clipped at 1", variant: wgan.Variant, params: map[string]string{"clip": "1"},
		eigenvalue: complex(0, 1)}, // section 2.3
	{name: "WGAN-GP", variant: wgangp.Variant, params: map[string]string{"lambda": "1"},
		eigenvalue: cmplx.NaN()}, // section 2.3: |ψ| has a kink at 0
	{name: "DRAGAN", variant: dragan.Variant, params: map[string]string{"lambda": "1"},
		eigenvalue: cmplx.NaN()}, // the same penalty: its norm is 1 near data
	{name: "GAN with instance noise", variant: gan.Variant, noise: diracNoise,
		params:     map[string]string{"instance_noise": fmt.Sprint(diracNoise), "instance_noise_steps": "1000000000"},
		eigenvalue: rootOf(curvature * diracNoise * diracNoise), converges: true}, // lemma 3.2
	{name: "GAN with zero-centred penalty", variant: gan.Variant,
		params:     map[string]string{"gradient_penalty": fmt.Sprint(diracPenalty), "gradient_penalty_at": "data"},
		eigenvalue: rootOf(-diracPenalty), converges: true}, // lemma 3.3
}

// rootOf is a + √(a² − f′(0)²), the form that lemmas 3.2 and 3.3 share.
func rootOf(a float64) complex128 {
	return complex(a, 0) + cmplx.Sqrt(complex(a*a-slope*slope, 0))
}

const (
	diracRate   = 0.05
	diracSteps  = 2000 // 100 units of time: a real part of −0.1 makes e^{−10} of a distance
	diracBudget = 200  // when it is cut short
)

// dirac follows each case, and holds the field at the equilibrium against the
// paper's eigenvalue.
func dirac(ctx context.Context, briefly bool) ([]Row, error) {
	steps := diracSteps
	if briefly {
		steps = diracBudget
	}
	var rows []Row
	for i := range diracCases {
		if ctx.Err() != nil {
			return nil, fault.Wrap(fault.Canceled, context.Cause(ctx), "the protocol was cancelled", "", "")
		}
		c := &diracCases[i]
		g, err := c.begin()
		if err != nil {
			return nil, err
		}
		if !cmplx.IsNaN(c.eigenvalue) {
			l := g.eigenvalue()
			rows = append(rows,
				exact(c.name+": eigenvalue, real part", fmt.Sprintf("%.4f", real(c.eigenvalue)), real(l), "the field at θ = ψ = 0"),
				exact(c.name+": eigenvalue, imaginary part", fmt.Sprintf("%.4f", imag(c.eigenvalue)), imag(l), "the field at θ = ψ = 0"))
		}
		published := "does not converge"
		if c.converges {
			published = "converges"
		}
		rows = append(rows, exact(c.name+": distance from the equilibrium", published, g.follow(steps),
			fmt.Sprintf("from √2, after %d steps of rate %v", steps, diracRate)))
	}
	return rows, nil
}

// exact is a row of one value that no seed changes.
func exact(what, published string, value float64, note string) Row {
	row := Row{What: what, Published: published, Samples: note, Values: []*float64{nil}}
	if !math.IsNaN(value) && !math.IsInf(value, 0) {
		row.Values[0] = &value
	}
	row.Ours = versus.StatOf(row.Values)
	return row
}

// diracGAN is a case under way: the variant's two steps, on networks of one
// weight each.
type diracGAN struct {
	theta, psi *float32
	d, g       *core.Program
	gradientD  []float32 // of the loss by ψ, after a Run of d
	gradientG  []float32 // of the loss by θ, after a Run of g
}

func (c *diracCase) begin() (*diracGAN, error) {
	params := map[string]string{
		"optimizer": "sgd", "beta1": "0", "lr_d": fmt.Sprint(diracRate), "lr_g": fmt.Sprint(diracRate), "ema": "0", "norm_d": "none",
	}
	for name, value := range c.params {
		params[name] = value
	}
	l, err := newLine(c.variant, params, 2, oneWeight())
	if err != nil {
		return nil, err
	}
	g := &diracGAN{
		theta: &l.model.G.Variables()[1].Value.Data[0], psi: &l.model.D.Variables()[0].Value.Data[0],
		d: l.d, g: l.g,
	}
	g.gradientD = g.d.Output(core.GradientOutput("discriminator.0.weight")).Data
	g.gradientG = g.g.Output(core.GradientOutput("generator.0.bias")).Data
	c.balance(g.d)
	c.balance(g.g)
	return g, nil
}

// balance fills the draws: instance noise is +1 and −1, which has the variance
// and, to the order that counts at the equilibrium, the effect of normal noise;
// α and δ are in the middle. Data and z stay 0.
func (c *diracCase) balance(p *core.Program) {
	for _, draw := range []string{"instance_noise/1", "instance_noise/2"} {
		if in := p.Input(draw); in != nil {
			copy(in, []float32{1, -1})
		}
	}
	if in := p.Input("alpha"); in != nil {
		copy(in, []float32{0.5, 0.5})
	}
}

// field is how θ and ψ would move: minus the gradient of each player's loss.
func (g *diracGAN) field(theta, psi float32) (ofTheta, ofPsi float64) {
	*g.theta, *g.psi = theta, psi
	g.d.Run(0)
	ofPsi = -float64(g.gradientD[0])
	*g.theta, *g.psi = theta, psi
	g.g.Run(0)
	return -float64(g.gradientG[0]), ofPsi
}

// eigenvalue is that of the field's Jacobian at the equilibrium, by differences,
// with the larger real part and an imaginary part that is not negative.
func (g *diracGAN) eigenvalue() complex128 {
	const h = 1.0 / 128
	theta1, psi1 := g.field(h, 0)
	theta0, psi0 := g.field(-h, 0)
	a, c := (theta1-theta0)/(2*h), (psi1-psi0)/(2*h)
	theta1, psi1 = g.field(0, h)
	theta0, psi0 = g.field(0, -h)
	b, d := (theta1-theta0)/(2*h), (psi1-psi0)/(2*h)
	half := (a + d) / 2
	return complex(half, 0) + cmplx.Sqrt(complex(half*half-(a*d-b*c), 0))
}

// follow takes steps of both players, by turns, from θ = ψ = 1, and returns the
// largest distance from the equilibrium over the last fifth: what circles passes
// near it now and then.
func (g *diracGAN) follow(steps int) float64 {
	*g.theta, *g.psi = 1, 1
	worst := 0.0
	for i := range steps {
		g.d.Run(int64(i))
		g.g.Run(int64(i))
		if i >= steps-steps/5 {
			worst = max(worst, math.Hypot(float64(*g.theta), float64(*g.psi)))
		}
	}
	return worst
}
