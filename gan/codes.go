package gan

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Code is a part of the latents with a name and a distribution of its own,
// independent of the data and its labels. Codes stand after the noise, in the
// order in which the variant lists them.
type Code struct {
	Name       string
	Categories int // one-hot, each category as likely; 0: one number from U(−1,1)
}

// Width is how many numbers the code takes.
func (c Code) Width() int { return max(1, c.Categories) }

// latentSize is the size of a row of latents: the noise and the codes.
func (s *Settings) latentSize() int {
	size := s.Int("latent")
	for _, c := range s.codes {
		size += c.Width()
	}
	return size
}

// Code returns one of the variant's codes in Z, N×width.
func (s *Step) Code(name string) *graph.Node {
	at := s.Int("latent")
	for _, c := range s.codes {
		if c.Name == name {
			return s.Z.Slice(1, at, at+c.Width())
		}
		at += c.Width()
	}
	panic(fmt.Sprintf("gan: no code %q is declared", name))
}

// draw draws the code for n examples. A category is where a number from U(0,1)
// falls among as many equal parts.
func (c Code) draw(s *Step, n int) *graph.Node {
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

// fill draws the code into rows of latents, from the given column on.
func (c Code) fill(z *tensor.Tensor, column int, stream tensor.Stream) {
	n, width := z.Shape[0], z.Shape[1]
	draws := make([]float32, n)
	if c.Categories == 0 {
		stream.Uniform(draws, -1, 1)
	} else {
		stream.Uniform(draws, 0, 1)
	}
	for i, at := range draws {
		row := z.Data[i*width+column:][:c.Width()]
		if c.Categories == 0 {
			row[0] = at
			continue
		}
		row[min(int(at*float32(c.Categories)), c.Categories-1)] = 1
	}
}

// codesInWords tells where the codes stand in the latents: "c1: columns 62 to 71,
// one-hot; c2: column 72, −1…1".
func codesInWords(s *Settings) string {
	var parts []string
	at := s.Int("latent")
	for _, c := range s.codes {
		if c.Categories > 0 {
			parts = append(parts, fmt.Sprintf("%s: columns %d to %d, one-hot", c.Name, at, at+c.Width()-1))
		} else {
			parts = append(parts, fmt.Sprintf("%s: column %d, −1…1", c.Name, at))
		}
		at += c.Width()
	}
	return strings.Join(parts, "; ")
}
