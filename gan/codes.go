package gan

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

// Code is a part of the latents with a name: one of Categories, one-hot, or with
// 0 of them one number from U(−1,1). Codes stand after the noise, in the order in
// which the variant lists them.
type Code = latent.Code

// layout is what a row of latents is made of.
func (s *Settings) layout() latent.Layout {
	return latent.Layout{Noise: s.Int("latent"), Uniform: s.Choice("prior") == priorUniform, Codes: s.codes}
}

// Code returns one of the variant's codes in Z, N×width: N×Categories, one-hot, or
// N×1. It panics when the variant declares none of that name.
func (s *Step) Code(name string) *graph.Node {
	at, c := s.layout().Column(name)
	if at < 0 {
		panic(fmt.Sprintf("gan: no code %q is declared", name))
	}
	return s.Z.Slice(1, at, at+c.Width())
}

// drawCode draws a code for n examples. A category is where a number from U(0,1)
// falls among as many equal parts.
func (s *Step) drawCode(c Code, n int) *graph.Node {
	if c.Categories == 0 {
		return s.Uniform(c.Name, -1, 1, n, 1)
	}
	from, to := tensor.New(1, c.Categories), tensor.New(1, c.Categories)
	for i := range c.Categories {
		from.Data[i] = float32(i) / float32(c.Categories)
		to.Data[i] = float32(i+1) / float32(c.Categories)
	}
	at := s.Uniform(c.Name, 0, 1, n, 1)
	return at.GreaterOrEqual(s.Graph.Constant(from)).Sub(at.GreaterOrEqual(s.Graph.Constant(to)))
}

// codesInWords tells what a model's inputs of codes take: "c1 is one of 10,
// one-hot; c2 is from −1…1".
func codesInWords(codes []Code) string {
	parts := make([]string, len(codes))
	for i, c := range codes {
		parts[i] = c.Name + " is from −1…1"
		if c.Categories > 0 {
			parts[i] = fmt.Sprintf("%s is one of %d, one-hot", c.Name, c.Categories)
		}
	}
	return strings.Join(parts, "; ")
}
