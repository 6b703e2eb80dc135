package text

import (
	"math"
	"slices"
	"testing"
	"time"
)

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 60000: "60,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestFigure(t *testing.T) {
	for _, tt := range []struct {
		v    float64
		want string
	}{
		{0, "0"}, {7, "7"}, {-1200, "-1,200"}, {2500000, "2.500e+06"}, {0.5, "0.5000"}, {-0.0123, "-0.0123"}, {3.14159, "3.142"}, {12.3456, "12.35"},
		{123.456, "123.5"}, {1234.5, "1,235"}, {9.9999999, "10.00"}, {999.96, "1,000"}, {0.00099999, "0.0010"}, {1e-5, "1.000e-05"}, {2.5e7, "2.500e+07"},
		{math.NaN(), "NaN"}, {math.Inf(1), "Inf"}, {math.Inf(-1), "-Inf"},
	} {
		if got := Figure(tt.v); got != tt.want {
			t.Errorf("Figure(%v) = %q, want %q", tt.v, got, tt.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                   "0 s",
		250 * time.Microsecond:              "250 µs",
		340 * time.Millisecond:              "340 ms",
		4200 * time.Millisecond:             "4.2 s",
		59600 * time.Millisecond:            "1m 00s",
		185 * time.Second:                   "3m 05s",
		2*time.Hour + 7*time.Minute:         "2h 07m",
		76*time.Hour + 30*time.Minute:       "3d 4h",
		-(3*time.Minute + 2*time.Second):    "-3m 02s",
		59*time.Minute + 59*time.Second + 1: "59m 59s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", int64(d), got, want)
		}
	}
	if got := Seconds(90); got != "1m 30s" {
		t.Errorf("Seconds(90) = %q", got)
	}
}

func TestAgo(t *testing.T) {
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		10 * time.Second: "just now", 5 * time.Minute: "5 min ago", 3 * time.Hour: "3 h ago", 75 * time.Hour: "3 days ago",
	} {
		if got := Ago(now, now.Add(-d)); got != want {
			t.Errorf("Ago(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 11_594_722: "11.6 MB", 999_990: "1.0 MB", 2_500_000_000: "2.5 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	if Plural(1, "run", "runs") != "1 run" || Plural(2, "run", "runs") != "2 runs" {
		t.Error("plural")
	}
}

func TestList(t *testing.T) {
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}} {
		if got := List(words); got != want {
			t.Errorf("List(%q) = %q, want %q", words, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"a few words", 11, []string{"a few words"}},
		{"a few words", 10, []string{"a few", "words"}},
		{"a word that is longer", 4, []string{"a", "word", "that", "is", "longer"}},
		{"−1 × 2", 4, []string{"−1 ×", "2"}},
	} {
		if got := Wrap(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("%q in %d columns: got %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}

func TestWrapWithin(t *testing.T) {
	for _, tt := range []struct {
		text  string
		width int
		want  []string
	}{
		{"", 10, []string{""}},
		{"words that fit", 8, []string{"words", "that fit"}},
		{"/layers/layers.1/Relu", 12, []string{"/layers/", "layers.1/", "Relu"}},
		{"a/b/c/d/e", 4, []string{"a/b/", "c/d/", "e"}},
		{"a kernel_shape=[4 4] b", 8, []string{"a", "kernel_", "shape=[4", "4] b"}},
		{"BatchNormalization", 8, []string{"BatchNor", "malizati", "on"}},
		{"−−−−−", 2, []string{"−−", "−−", "−"}},
		{"世", 1, []string{"世"}},
	} {
		if got := WrapWithin(tt.text, tt.width); !slices.Equal(got, tt.want) {
			t.Errorf("%q in %d columns: got %q, want %q", tt.text, tt.width, got, tt.want)
		}
	}
}
