package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSpaced(t *testing.T) {
	for _, c := range []struct {
		n, count int
		want     []int
	}{
		{1, 5, []int{0}},
		{3, 5, []int{0, 1, 2}},
		{9, 1, []int{8}},
		{16, 5, []int{0, 1, 3, 7, 15}},
		{6, 5, []int{0, 1, 2, 3, 5}},
	} {
		if diff := cmp.Diff(c.want, spaced(c.n, c.count)); diff != "" {
			t.Errorf("%d of %d: %s", c.count, c.n, diff)
		}
	}
	for n := 1; n < 200; n++ {
		for count := 1; count <= n; count++ {
			picked := spaced(n, count)
			for k, i := range picked {
				if i < 0 || i >= n || k > 0 && i <= picked[k-1] || k == count-1 && i != n-1 {
					t.Fatalf("%d of %d: %v", count, n, picked)
				}
			}
		}
	}
}
