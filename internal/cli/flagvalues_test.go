package cli

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func TestParseGrid(t *testing.T) {
	for _, tt := range []struct {
		text string
		want grid
		ok   bool
	}{
		{"8x8", grid{8, 8}, true}, {"1X20", grid{1, 20}, true}, {"4×5", grid{4, 5}, true},
		{"", grid{}, false}, {"8", grid{}, false}, {"0x8", grid{}, false}, {"8x-1", grid{}, false},
		{"x", grid{}, false}, {"8x8x8", grid{}, false}, {"1001x1", grid{}, false}, {"99999999999999999999x1", grid{}, false},
	} {
		got, err := parseGrid(tt.text)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("parseGrid(%q) = %v, %v", tt.text, got, err)
		}
	}
}

func TestParseLabels(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []int64
	}{
		{"7", []int64{7}}, {"0,1,2", []int64{0, 1, 2}}, {"0-3", []int64{0, 1, 2, 3}}, {"5, 0-1", []int64{5, 0, 1}},
		{"", nil}, {"a", nil}, {"-1", nil}, {"3-1", nil}, {"1,,2", nil}, {"0-4294967295", nil}, {"0-99999999999", nil},
	} {
		got, err := parseLabels(tt.text)
		if !slices.Equal(got, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("parseLabels(%q) = %v, %v", tt.text, got, err)
		}
	}
}

func TestParseSeedPair(t *testing.T) {
	if got, err := parseSeedPair("3,18446744073709551615"); err != nil || got != (seedPair{3, math.MaxUint64, true}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, text := range []string{"", "3", "3,", "3,-1", "3,4,5", "a,b"} {
		if got, err := parseSeedPair(text); err == nil {
			t.Errorf("parseSeedPair(%q) = %v", text, got)
		}
	}
}

func TestPositiveFlags(t *testing.T) {
	var (
		n   int
		big int64
		f   float64
		d   time.Duration
	)
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	intVar(flags, &n, "n", 100, "")
	int64Var(flags, &big, "big", "")
	floatVar(flags, &f, "f", "")
	durationVar(flags, &d, "d", "")

	if err := flags.Parse([]string{"--n", "100", "--big", "5000000000", "--f", "0.5", "--d", "1h30m"}); err != nil {
		t.Fatal(err)
	}
	if n != 100 || big != 5_000_000_000 || f != 0.5 || d != 90*time.Minute {
		t.Errorf("got %d %d %v %v", n, big, f, d)
	}
	for _, arg := range []string{
		"--n=0", "--n=-1", "--n=101", "--n=x", "--n=", "--n=1.5", "--n=99999999999999999999",
		"--big=0", "--big=-5", "--f=0", "--f=-1", "--f=NaN", "--f=Inf", "--f=x",
		"--d=0s", "--d=-5m", "--d=5", "--d=x",
	} {
		if err := flags.Parse([]string{arg}); err == nil {
			t.Errorf("%s was taken", arg)
		}
	}
}

func TestSettings(t *testing.T) {
	var m map[string]string
	s := settings{&m}
	if err := s.Set("lambda = 10"); err != nil {
		t.Fatal(err)
	}
	if err := s.Set("list=1,2=3"); err != nil {
		t.Fatal(err)
	}
	if m["lambda"] != "10" || m["list"] != "1,2=3" {
		t.Errorf("got %v", m)
	}
	for _, text := range []string{"lambda=2", "x", "=1", "x=", ""} {
		if err := s.Set(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestTricks(t *testing.T) {
	var m map[string]string
	if err := (tricks{&m}).Set("minibatch-discrimination, packing=3,ema"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"minibatch_discrimination": "on", "packing": "3", "ema": "on"} {
		if m[name] != want {
			t.Errorf("%s is %q, want %q", name, m[name], want)
		}
	}
	for text, want := range map[string]string{"": "wants tricks", "a,,b": "wants tricks", "b,": "wants tricks", "packing": "set twice", "x=": "wants name=value"} {
		if err := (tricks{&m}).Set(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzFlagValues(f *testing.F) {
	for _, s := range []string{"8x8", "0,1,2", "0-9", "3,7", "name=value", "", "×", "1-1-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if g, err := parseGrid(s); err == nil && (g.Rows < 1 || g.Cols < 1 || g.Rows > maxGridSide || g.Cols > maxGridSide) {
			t.Errorf("parseGrid(%q) = %v", s, g)
		}
		if labels, err := parseLabels(s); err == nil {
			if len(labels) == 0 || len(labels) > maxSamples || slices.Min(labels) < 0 {
				t.Errorf("parseLabels(%q) gives %d labels", s, len(labels))
			}
		}
		parseSeedPair(s)
		var m map[string]string
		settings{&m}.Set(s)
		tricks{&m}.Set(s)
	})
}
