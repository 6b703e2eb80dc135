package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
)

// Uniform draws from [low, high), anew at each run. Draws of different purposes
// are independent; a second draw of one purpose is the first one again, and must
// be of the same numbers in the same shape. The purpose z is that of Z.
func (s *Step) Uniform(purpose string, low, high float64, shape ...int) *graph.Node {
	if s.options.Given {
		return s.Graph.Input(purpose, shape...)
	}
	return s.draw(purpose, s.Graph.Uniform(s.stream(purpose), low, high, shape...))
}

// Normal draws from the standard normal distribution, as Uniform does.
func (s *Step) Normal(purpose string, shape ...int) *graph.Node {
	if s.options.Given {
		return s.Graph.Input(purpose, shape...)
	}
	return s.draw(purpose, s.Graph.Normal(s.stream(purpose), shape...))
}

// PerScore draws one number a row of D(x) from [low, high), shaped N×1×… so that
// it multiplies whole examples: one an example, or with packing one that all the
// examples of a pack share, for there D takes the pack as a single point.
func (s *Step) PerScore(purpose string, low, high float64) *graph.Node {
	shape := make([]int, 1+len(s.Shape))
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = s.Batch
	m := s.Int("packing")
	if m == 1 {
		return s.Uniform(purpose, low, high, shape...)
	}
	packs := s.Batch / m
	return s.Uniform(purpose, low, high, packs, 1).Expand(packs, m).Reshape(shape...)
}

// draw keeps draws of one purpose from being made of the same random words in
// two ways, which would tie them together unseen.
func (s *Step) draw(purpose string, n *graph.Node) *graph.Node {
	first, taken := s.drawn[purpose]
	if !taken {
		s.drawn[purpose] = n
		return n
	}
	if first.Op() != n.Op() || first.Attr() != n.Attr() || !first.Shape().Equal(n.Shape()) {
		panic(&graph.BuildError{
			Graph: s.Graph.Name(), Op: n.Op().String(), Shapes: n.Shape().String(), Line: n.Line(),
			Reason: fmt.Sprintf("the purpose %q stands for other random numbers already: choose another", purpose),
		})
	}
	return first
}

// numbered makes a purpose for each time it is asked for.
func (s *Step) numbered(purpose string) string {
	s.times[purpose]++
	return fmt.Sprintf("%s/%d", purpose, s.times[purpose])
}

// stream keeps the random numbers of the two steps apart.
func (s *Step) stream(purpose string) string { return string(s.phase) + "/" + purpose }

// latents draws n latents: noise from the prior, then the codes.
func (s *Step) latents(purpose string, n int) *graph.Node {
	parts := []*graph.Node{s.noise(purpose, n)}
	for _, c := range s.codes {
		parts = append(parts, s.drawCode(c, n))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return graph.Concat(1, parts...)
}

func (s *Step) noise(purpose string, n int) *graph.Node {
	if s.Choice("prior") == priorUniform {
		return s.Uniform(purpose, -1, 1, n, s.Int("latent"))
	}
	return s.Normal(purpose, n, s.Int("latent"))
}

const priorUniform = "uniform"
