package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// codeValue is what a code is set to: one value, or a range that the samples of a
// grid go through.
type codeValue struct {
	Name     string
	From, To float64
	Sweep    bool
}

// parseCodeValue reads "c1=3" and "c2=-1..1".
func parseCodeValue(s string) (codeValue, error) {
	wrong := errors.New("it wants a name and a value, or a range: c1=3 or c2=-1..1")
	name, values, ok := strings.Cut(s, "=")
	from, to, sweep := strings.Cut(values, "..")
	if !sweep {
		to = from
	}
	v := codeValue{Name: strings.TrimSpace(name), Sweep: sweep}
	var errFrom, errTo error
	v.From, errFrom = strconv.ParseFloat(strings.TrimSpace(from), 64)
	v.To, errTo = strconv.ParseFloat(strings.TrimSpace(to), 64)
	if !ok || v.Name == "" || errFrom != nil || errTo != nil || math.IsNaN(v.From+v.To) {
		return v, wrong
	}
	return v, nil
}

// codeFlag collects the values of codes, one each.
type codeFlag struct{ p *[]codeValue }

func (f codeFlag) Set(text string) error {
	v, err := parseCodeValue(text)
	if err != nil {
		return err
	}
	for _, other := range *f.p {
		if other.Name == v.Name {
			return fmt.Errorf("%s is set twice", v.Name)
		}
	}
	*f.p = append(*f.p, v)
	return nil
}

func (f codeFlag) String() string { return "" }
func (f codeFlag) Type() string   { return "name=value" }

// setCode is a code of a generator with what it is set to.
type setCode struct {
	zoo.Code
	codeValue
	over axis // of the grid, for a sweep
}

// axis is the side of a grid that a sweep goes along.
type axis int

const (
	overColumns axis = iota
	overRows
)

// codes finds the codes that are to be set among the generator's.
func (s *source) codes(values []codeValue) ([]setCode, error) {
	if len(values) > 0 && len(s.run.Codes) == 0 {
		return nil, usagef("leave --code out", "%s has no codes", s.variant.Name)
	}
	layout := latent.Layout{Codes: s.run.Codes}
	list := make([]setCode, len(values))
	for i, v := range values {
		at, c := layout.Column(v.Name)
		if at < 0 {
			return nil, usagef(didyoumean.Sentence(v.Name, layout.Names(), "it has "+latent.FormatCodes(s.run.Codes)), "%s has no code %q", s.variant.Name, v.Name)
		}
		list[i] = setCode{Code: c, codeValue: v}
		if err := list[i].check(); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// check refuses values that the code does not have.
func (c *setCode) check() error {
	low, high := min(c.From, c.To), max(c.From, c.To)
	switch {
	case c.Categories == 0 && (low < -latent.Reach || high > latent.Reach):
		return usagef(fmt.Sprintf("it was learned on −1…1, and means something up to ±%d at most", latent.Reach), "--code %s is out of range", c.codeValue)
	case c.Categories > 0 && (low < 0 || high >= float64(c.Categories) || low != math.Trunc(low) || high != math.Trunc(high)):
		return usagef(fmt.Sprintf("%s is a category, from 0 to %d", c.codeValue.Name, c.Categories-1), "--code %s is out of range", c.codeValue)
	}
	return nil
}

func (v codeValue) String() string {
	if v.Sweep {
		return fmt.Sprintf("%s=%g..%g", v.Name, v.From, v.To)
	}
	return fmt.Sprintf("%s=%g", v.Name, v.From)
}

// values is how many values a sweep has: those of a category, or 0 for as many as
// there are places.
func (c *setCode) values() int {
	if c.Categories == 0 {
		return 0
	}
	return int(math.Abs(c.To-c.From)) + 1
}

// at is the value in place i of n.
func (c *setCode) at(i, n int) float64 {
	switch {
	case !c.Sweep || n < 2:
		return c.From
	case c.Categories == 0:
		return c.From + (c.To-c.From)*float64(i)/float64(n-1)
	case c.To < c.From:
		return c.From - float64(i%c.values())
	}
	return c.From + float64(i%c.values())
}

// arrange lays the ranges over the grid: the first over its columns, the second
// over its rows. A side that is open gets as many places as the range has values.
// It returns how many ranges there are.
func (o *sampleOptions) arrange(codes []setCode) (sweeps int, err error) {
	fit := func(what string, values int) error {
		sides := []*int{&o.Grid.Cols, &o.Grid.Rows}
		if sweeps == len(sides) {
			return usagef("give single values for the others", "a grid has columns and rows: a third range has no place")
		}
		side := sides[sweeps]
		sweeps++
		if *side == 0 {
			*side = values
			if values == 0 {
				*side = defaultFrames
			}
		}
		if *side < values {
			return usagef("give it one for each", "%s has %d values, and the grid %d %s for them", what, values, *side, []string{"columns", "rows"}[sweeps-1])
		}
		return nil
	}
	if o.Labels.Sweep {
		if err := fit("--label", len(o.Labels.List)); err != nil {
			return 0, err
		}
	}
	for i := range codes {
		if c := &codes[i]; c.Sweep {
			c.over = axis(sweeps)
			if err := fit("--code "+c.codeValue.String(), c.values()); err != nil {
				return 0, err
			}
		}
	}
	if sweeps == 0 {
		return 0, nil
	}
	if o.Grid.Rows == 0 {
		o.Grid.Rows = defaultSweepRows
		if o.N > 0 {
			o.Grid.Rows = (o.N + o.Grid.Cols - 1) / o.Grid.Cols
		}
	}
	if places := o.Grid.Rows * o.Grid.Cols; places > maxSamples || places < o.N {
		return 0, usagef("give another --grid, or smaller ranges", "a grid of %dx%d does not suit the ranges", o.Grid.Rows, o.Grid.Cols)
	}
	return sweeps, nil
}

// defaultSweepRows is how often a range is gone through when nothing else says.
const defaultSweepRows = 8

// layoutOf is what the rows of a generator's latents are made of.
func layoutOf(z *tensor.Tensor, codes []zoo.Code, generator string) (latent.Layout, error) {
	l := latent.Layout{Codes: codes}
	l.Noise = z.Shape[1] - l.Width()
	if l.Noise < 1 {
		return l, fault.New(fault.Data, fmt.Sprintf("rows of %d numbers hold nothing beside the codes %s", z.Shape[1], latent.FormatCodes(codes)), generator, "")
	}
	return l, nil
}

// setCodes writes the codes into latents, N×(noise and codes), whose rows are the
// places of a grid from left to right and from top to bottom.
func (s *source) setCodes(z *tensor.Tensor, codes []setCode, g grid) error {
	if len(codes) == 0 {
		return nil
	}
	layout, err := layoutOf(z, s.run.Codes, s.variant.Name)
	if err != nil {
		return err
	}
	for _, c := range codes {
		first, _ := layout.Column(c.Code.Name)
		for i := range z.Shape[0] {
			place, places := 0, 1
			switch {
			case c.Sweep && c.over == overColumns:
				place, places = i%g.Cols, g.Cols
			case c.Sweep:
				place, places = i/g.Cols, g.Rows
			}
			c.Set(rows(z, i, i+1).Data[first:], c.at(place, places))
		}
	}
	return nil
}

// repeated is labels over the columns of n places in a grid.
func repeated(labels []int64, n, columns int) []int64 {
	list := make([]int64, n)
	for i := range list {
		list[i] = labels[i%columns%len(labels)]
	}
	return list
}
