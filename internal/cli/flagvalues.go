package cli

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// value is a flag whose text is parsed, with a sentence for what does not fit.
type value[T any] struct {
	p     *T
	parse func(string) (T, error)
	show  func(T) string // empty for "not set"
	kind  string
}

func (v *value[T]) Set(s string) error {
	parsed, err := v.parse(s)
	if err == nil {
		*v.p = parsed
	}
	return err
}

func (v *value[T]) String() string {
	if v.p == nil { // pflag asks a zero value, to know which default not to show
		return ""
	}
	return v.show(*v.p)
}

func (v *value[T]) Type() string { return v.kind }

// number is a kind of figure that must be above zero, where zero means "not set".
type number interface {
	int | int64 | float64 | time.Duration
}

func positiveVar[T number](flags *pflag.FlagSet, p *T, name, kind, usage string, parse func(string) (T, error)) {
	flags.Var(&value[T]{p: p, kind: kind, parse: parse, show: func(n T) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(n)
	}}, name, usage)
}

// intVar is a whole number above zero, at most limit.
func intVar(flags *pflag.FlagSet, p *int, name string, limit int, usage string) {
	positiveVar(flags, p, name, "int", usage, func(s string) (int, error) {
		n, err := parseWhole(s, int64(limit))
		return int(n), err
	})
}

// int64Var is intVar without a limit.
func int64Var(flags *pflag.FlagSet, p *int64, name, usage string) {
	positiveVar(flags, p, name, "int", usage, func(s string) (int64, error) { return parseWhole(s, math.MaxInt64) })
}

func parseWhole(s string, limit int64) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) || err == nil && n > limit:
		return 0, fmt.Errorf("it may be %d at most", limit)
	case err != nil || n <= 0:
		return 0, errors.New("it wants a whole number above zero")
	}
	return n, nil
}

// floatVar is a number above zero.
func floatVar(flags *pflag.FlagSet, p *float64, name, usage string) {
	positiveVar(flags, p, name, "number", usage, func(s string) (float64, error) {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return 0, errors.New("it wants a number above zero")
		}
		return v, nil
	})
}

// durationVar is a span of time above zero.
func durationVar(flags *pflag.FlagSet, p *time.Duration, name, usage string) {
	positiveVar(flags, p, name, "duration", usage, func(s string) (time.Duration, error) {
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return 0, errors.New("it wants a duration above zero, like 90s, 5m or 1h30m")
		}
		return d, nil
	})
}

// grid is a number of rows and of columns.
type grid struct{ Rows, Cols int }

const maxGridSide = 1000

// parseGrid reads "4x8": rows, then columns.
func parseGrid(s string) (grid, error) {
	wrong := fmt.Errorf("it wants rows and columns like 8x8, each from 1 to %d", maxGridSide)
	rows, cols, ok := strings.Cut(strings.ToLower(strings.ReplaceAll(s, "×", "x")), "x")
	if !ok {
		return grid{}, wrong
	}
	r, errR := parseWhole(rows, maxGridSide)
	c, errC := parseWhole(cols, maxGridSide)
	if errR != nil || errC != nil {
		return grid{}, wrong
	}
	return grid{int(r), int(c)}, nil
}

func gridVar(flags *pflag.FlagSet, p *grid, name, usage string) {
	flags.Var(&value[grid]{p: p, kind: "RxC", parse: parseGrid, show: func(g grid) string {
		if g == (grid{}) {
			return ""
		}
		return fmt.Sprintf("%dx%d", g.Rows, g.Cols)
	}}, name, usage)
}

// maxLabel bounds a label before the dataset that knows its classes is at hand.
const maxLabel = 1 << 20

// parseLabels reads "3", "0,1,2" and "0-9", in any mix.
func parseLabels(s string) ([]int64, error) {
	var labels []int64
	for _, part := range strings.Split(s, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			to = from
		}
		first, errFirst := strconv.ParseUint(from, 10, 32)
		last, errLast := strconv.ParseUint(to, 10, 32)
		if errFirst != nil || errLast != nil || last < first || last > maxLabel {
			return nil, errors.New("it wants labels like 7, 0,1,2 or 0-9")
		}
		if len(labels)+int(last-first) >= maxSamples {
			return nil, fmt.Errorf("at most %d labels", maxSamples)
		}
		for l := first; l <= last; l++ {
			labels = append(labels, int64(l))
		}
	}
	return labels, nil
}

// labelList is the labels to sample: taken in turn, or over the columns of a grid.
type labelList struct {
	List  []int64
	Sweep bool
}

// parseLabelList reads "0..9", which is a sweep, or what parseLabels does.
func parseLabelList(s string) (labelList, error) {
	from, to, sweep := strings.Cut(s, "..")
	if sweep {
		s = from + "-" + to
	}
	labels, err := parseLabels(s)
	return labelList{labels, sweep}, err
}

func labelListVar(flags *pflag.FlagSet, p *labelList, name, usage string) {
	flags.Var(&value[labelList]{p: p, kind: "labels", parse: parseLabelList, show: func(l labelList) string {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(l.List), " ", ","), "[]")
	}}, name, usage)
}

// seedPair is the two ends of an interpolation.
type seedPair struct {
	From, To uint64
	Given    bool
}

// parseSeedPair reads "3,7".
func parseSeedPair(s string) (seedPair, error) {
	a, b, _ := strings.Cut(s, ",")
	from, errFrom := strconv.ParseUint(strings.TrimSpace(a), 10, 64)
	to, errTo := strconv.ParseUint(strings.TrimSpace(b), 10, 64)
	if errFrom != nil || errTo != nil {
		return seedPair{}, errors.New("it wants two seeds like 3,7")
	}
	return seedPair{from, to, true}, nil
}

func seedPairVar(flags *pflag.FlagSet, p *seedPair, name, usage string) {
	flags.Var(&value[seedPair]{p: p, kind: "A,B", parse: parseSeedPair, show: func(s seedPair) string {
		if !s.Given {
			return ""
		}
		return fmt.Sprintf("%d,%d", s.From, s.To)
	}}, name, usage)
}

// settings is a repeatable name=value flag. Unlike pflag's own it keeps commas
// in values and refuses a name that is given twice.
type settings struct{ p *map[string]string }

func (s settings) Set(text string) error {
	name, val, ok := strings.Cut(text, "=")
	name, val = strings.TrimSpace(name), strings.TrimSpace(val)
	if !ok || name == "" || val == "" {
		return errors.New("it wants name=value")
	}
	if _, twice := (*s.p)[name]; twice {
		return fmt.Errorf("%s is set twice", name)
	}
	if *s.p == nil {
		*s.p = map[string]string{}
	}
	(*s.p)[name] = val
	return nil
}

func (s settings) String() string { return "" }
func (s settings) Type() string   { return "name=value" }

// tricks is a list of settings to turn on, name or name=value, which may be
// written with hyphens: minibatch-discrimination,packing=3. Without a value the
// variant decides what "on" is.
type tricks struct{ p *map[string]string }

func (t tricks) Set(text string) error {
	for item := range strings.SplitSeq(text, ",") {
		name, val, given := strings.Cut(item, "=")
		if !given {
			val = "on"
		}
		name = strings.ReplaceAll(strings.TrimSpace(name), "-", "_")
		if name == "" {
			return errors.New("it wants tricks parted by commas, each a name or name=value")
		}
		if err := settings(t).Set(name + "=" + val); err != nil {
			return err
		}
	}
	return nil
}

func (t tricks) String() string { return "" }
func (t tricks) Type() string   { return "tricks" }

// setting is a flag of its own for one setting of the variant's.
type setting struct {
	p    *map[string]string
	name string
}

func (s setting) Set(text string) error { return settings{s.p}.Set(s.name + "=" + text) }
func (s setting) String() string        { return "" }
func (s setting) Type() string          { return s.name }
