package rewrite

import (
	"math"
	"testing"
)

// TestHalfRoundsToNearest walks all finite float16 numbers: each is itself, and
// what lies between two goes to the nearer, or the even one.
func TestHalfRoundsToNearest(t *testing.T) {
	for h := uint16(0); h < 0x7c00; h++ {
		v := halfValue(h)
		if got := halfBits(v); got != h {
			t.Fatalf("%v: bits %#04x, want %#04x", v, got, h)
		}
		if got := halfBits(-v); got != h|0x8000 {
			t.Fatalf("%v: bits %#04x, want %#04x", -v, got, h|0x8000)
		}
		if h == 0x7bff {
			continue
		}
		middle := (v + halfValue(h+1)) / 2 // exact in float32
		for _, tc := range []struct {
			v    float32
			want uint16
		}{
			{math.Nextafter32(middle, 0), h},
			{middle, h + h&1},
			{math.Nextafter32(middle, 1e9), h + 1},
		} {
			if got := halfBits(tc.v); got != tc.want {
				t.Fatalf("%v: bits %#04x, want %#04x", tc.v, got, tc.want)
			}
		}
	}
}
