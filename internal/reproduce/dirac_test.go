package reproduce

import (
	"context"
	"math"
	"math/cmplx"
	"strings"
	"testing"
)

// diracNear is a distance, from √2 at the start, that only what converges comes to.
const diracNear = 0.01

// TestDirac: every objective has the eigenvalues that the paper derives, and
// converges or not as it proves.
func TestDirac(t *testing.T) {
	rows, err := dirac(context.Background(), false)
	if err != nil {
		t.Fatal(err)
	}
	converging := 0
	for _, r := range rows {
		if r.Values[0] == nil {
			t.Fatalf("%s is no finite number", r.What)
		}
		got := *r.Values[0]
		if strings.Contains(r.What, "eigenvalue") {
			continue
		}
		switch {
		case r.Published == "converges" && got > diracNear:
			t.Errorf("%s: %g, it should converge", r.What, got)
		case r.Published != "converges" && got < 0.1:
			t.Errorf("%s: %g, it should not converge", r.What, got)
		case r.Published == "converges":
			converging++
		}
		t.Logf("%s: %g", r.What, got)
	}
	if converging != 2 {
		t.Errorf("%d objectives converge, want 2", converging)
	}
}

func TestDiracEigenvalues(t *testing.T) {
	for i := range diracCases {
		c := &diracCases[i]
		t.Run(c.name, func(t *testing.T) {
			g, err := c.begin()
			if err != nil {
				t.Fatal(err)
			}
			want := c.eigenvalue
			if cmplx.IsNaN(want) {
				return // it has a kink there
			}
			got := g.eigenvalue()
			// Differences over 1/64 of a field in float32.
			if math.Abs(real(got)-real(want)) > 1e-4 || math.Abs(imag(got)-imag(want)) > 1e-4 {
				t.Errorf("eigenvalue %.6f, want %.6f", got, want)
			}
		})
	}
}
