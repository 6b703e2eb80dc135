package onnxrun

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

// findInputs sets the codes apart, takes the input named z, or else the first
// float32 one, for the noise, and another for the labels: integers, or float32
// one-hot rows.
func (g *Generator) findInputs() error {
	inputs, err := g.findCodes()
	if err != nil {
		return err
	}
	if len(inputs) == 0 || len(inputs) > 2 {
		return fmt.Errorf("it has %d inputs; want latents and perhaps labels", len(inputs))
	}
	at := -1
	for i, p := range inputs {
		if p.Type == Float32 && len(p.Dims) >= 2 && (at < 0 || p.Name == "z") {
			at = i
		}
	}
	if at < 0 {
		return fmt.Errorf("no input is float32 N×latent")
	}
	g.noise, g.Latents.Noise = inputs[at], 1
	for _, d := range g.noise.Dims[1:] {
		if d.Size < 1 {
			return fmt.Errorf("the size of its latents is not declared: input %q is %v", g.noise.Name, g.noise)
		}
		g.shape = append(g.shape, d.Size)
		g.Latents.Noise *= d.Size
	}
	if len(inputs) == 1 {
		return nil
	}
	p := inputs[1-at]
	g.labels = &p
	switch {
	case (p.Type == Int64 || p.Type == Int32) && (len(p.Dims) == 1 || len(p.Dims) == 2 && p.Dims[1].Size == 1):
		g.Classes = g.model.rowsGatheredBy(p.Name)
	case p.Type == Float32 && len(p.Dims) == 2 && p.Dims[1].Size > 0:
		g.Classes = p.Dims[1].Size
	default:
		return fmt.Errorf("input %q (%v %v) is neither latents nor labels", p.Name, p.Type, p)
	}
	if g.Classes == 0 {
		return fmt.Errorf("the number of classes of input %q is not to be seen: it looks nothing up in a table", p.Name)
	}
	return nil
}

// findCodes takes the inputs that the metadata calls codes, and returns the others.
func (g *Generator) findCodes() (others []Port, err error) {
	if g.Latents.Codes, err = latent.ParseCodes(g.model.Metadata[metaCodes]); err != nil {
		return nil, fmt.Errorf("its metadata %s: %w", metaCodes, err)
	}
	others = slices.Clone(g.model.inputs)
	for _, c := range g.Latents.Codes {
		at := slices.IndexFunc(others, func(p Port) bool { return p.Name == c.Name })
		if at < 0 {
			return nil, fmt.Errorf("it has no input for the code %s", c.Name)
		}
		if p := others[at]; p.Type != Float32 || len(p.Dims) != 2 || p.Dims[1].Size != c.Width() {
			return nil, fmt.Errorf("input %q is %v %v; the code wants float32 N×%d", p.Name, p.Type, p, c.Width())
		}
		others = slices.Delete(others, at, at+1)
	}
	return others, nil
}

// rowsGatheredBy returns the extent of the table that an input looks up in.
func (m *Model) rowsGatheredBy(name string) int {
	for _, n := range m.nodes {
		if n.operator == "Gather" && len(n.inputs) == 2 && n.inputs[1] == name {
			if table := m.constants[n.inputs[0]]; table != nil && len(table.Shape) > 0 {
				return table.Shape[0]
			}
		}
	}
	return 0
}

// maxWidth bounds the numbers that go into one example. A latent diffusion model's
// decoder takes 2¹⁶.
const maxWidth = 1 << 20

// checkWidth bounds what is drawn before a model has run: its inputs may be
// declared of any size.
func (g *Generator) checkWidth() error {
	width, batch := g.Latents.Width()+g.Classes, max(g.noise.Dims[0].Size, 1)
	if width > maxWidth {
		return fmt.Errorf("an example takes %d latents and classes; at most %d are drawn", width, maxWidth)
	}
	if most := maxGeneratorBatch * maxWidth / width; batch > most {
		return fmt.Errorf("its batch of %d examples is too large; at most %d of %d latents and classes are drawn", batch, most, width)
	}
	return nil
}

// understand learns the form of the examples from the first.
func (g *Generator) understand(y *Array) error {
	s := y.Shape
	switch {
	case len(s) == 4 && y.Type == Uint8 && (s[3] == 1 || s[3] == 3):
		g.bytes = true
		g.Example = tensor.Shape{s[3], s[1], s[2]}
		g.scale, g.off = 2.0/255, -1
	case y.Type != Float32:
		return fmt.Errorf("output %q is %v; want float32, or uint8 N×H×W×C", g.output.Name, y)
	case len(s) == 4 && (s[1] == 1 || s[1] == 3):
		g.Example = s[1:].Clone()
		g.scale, g.off = g.pixelRange()
	case len(s) == 2 && s[1] == 2:
		g.Example = tensor.Shape{2}
	default:
		return fmt.Errorf("output %q has the shape %v; want images N×C×H×W of 1 or 3 channels, or points N×2", g.output.Name, []int(s))
	}
	return nil
}

// pixelRange is what brings pixels to −1…1: as the metadata says, or as the last
// operator does.
func (g *Generator) pixelRange() (scale, off float32) {
	declared := g.model.Metadata[metaPixelRange]
	switch {
	case strings.EqualFold(declared, "NominalRange_0_255"):
		return 2.0 / 255, -1
	case strings.EqualFold(declared, "Normalized_0_1"), declared == "" && g.model.producer(g.output.Name) == "Sigmoid":
		return 2, -1
	}
	return 1, 0
}

// producer names the operator that gives a value, past those that only move it.
func (m *Model) producer(name string) string {
	for i := len(m.nodes) - 1; i >= 0; i-- {
		n := m.nodes[i]
		if n.outputs[0] != name {
			continue
		}
		switch n.operator {
		case "Reshape", "Identity", "Transpose", "Squeeze", "Unsqueeze", "Flatten":
			name = n.inputs[0]
			continue
		}
		return n.operator
	}
	return ""
}
