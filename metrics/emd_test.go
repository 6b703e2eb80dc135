package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// line is the cost |i−j|.
func line(n, m int) [][]float64 {
	cost := make([][]float64, n)
	for i := range cost {
		cost[i] = make([]float64, m)
		for j := range cost[i] {
			cost[i][j] = math.Abs(float64(i - j))
		}
	}
	return cost
}

// checkTransport proves a result by itself: the plan's sums, the potentials'
// feasibility, and a gap of nothing between them.
func checkTransport(t *testing.T, name string, p, q []float64, cost [][]float64, got *Transport) {
	t.Helper()
	p, _ = Shares(p)
	q, _ = Shares(q)
	const tolerance = 1e-9
	columns := make([]float64, len(q))
	for i, row := range got.Plan {
		sum := 0.0
		for j, moved := range row {
			if moved < 0 {
				t.Fatalf("%s: %v moves from %d to %d", name, moved, i, j)
			}
			sum += moved
			columns[j] += moved
			if got.PotentialsP[i]+got.PotentialsQ[j] > cost[i][j]+tolerance {
				t.Errorf("%s: the potentials of %d and %d add up to more than the cost", name, i, j)
			}
		}
		if math.Abs(sum-p[i]) > tolerance {
			t.Errorf("%s: %v leaves bin %d of %v", name, sum, i, p[i])
		}
	}
	for j, sum := range columns {
		if math.Abs(sum-q[j]) > tolerance {
			t.Errorf("%s: %v reaches bin %d of %v", name, sum, j, q[j])
		}
	}
	if math.Abs(got.Gap) > tolerance || math.Abs(got.Distance-got.Dual-got.Gap) > 1e-15 {
		t.Errorf("%s: distance %v, dual %v, gap %v", name, got.Distance, got.Dual, got.Gap)
	}
}

func TestEMDKnown(t *testing.T) {
	for _, tt := range []struct {
		name string
		p, q []float64
		want float64
	}{
		{"equal", []float64{1, 2, 3}, []float64{1, 2, 3}, 0},
		{"one bin", []float64{5}, []float64{2}, 0},
		{"from one bin", []float64{1}, []float64{0, 0, 3, 1}, 2.25},
		{"to one bin", []float64{0.25, 0.75}, []float64{7}, 0.75},
		{"end to end", []float64{1, 0, 0, 0}, []float64{0, 0, 0, 1}, 3},
		{"unlike sums", []float64{1, 1}, []float64{0, 2, 2}, 1},
		{"many zeros", []float64{0, 1, 0, 0, 1, 0}, []float64{0, 0, 1, 1, 0, 0}, 1},
	} {
		cost := line(len(tt.p), len(tt.q))
		got, err := EMD(tt.p, tt.q, cost)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if math.Abs(got.Distance-tt.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", tt.name, got.Distance, tt.want)
		}
		checkTransport(t, tt.name, tt.p, tt.q, cost, got)
	}
}

// Both solvers, on either side of the size where they change over, and costs
// that are no distances.
func TestEMDIsProvenByItsDual(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, size := range [][2]int{{2, 2}, {3, 7}, {12, 5}, {16, 16}, {30, 30}, {60, 40}, {150, 150}} {
		for trial := range 4 {
			p, q := make([]float64, size[0]), make([]float64, size[1])
			for i := range p {
				p[i] = float64(r.IntN(4)) + 1e-3 // ties, which make the programme degenerate
			}
			for j := range q {
				q[j] = r.ExpFloat64()
			}
			cost := line(size[0], size[1])
			if trial%2 == 1 {
				for _, row := range cost {
					for j := range row {
						row[j] = r.NormFloat64()
					}
				}
			}
			name := fmt.Sprintf("%d×%d, trial %d", size[0], size[1], trial)
			got, err := EMD(p, q, cost)
			if err != nil {
				t.Fatal(err)
			}
			checkTransport(t, name, p, q, cost, got)
			if trial%2 == 0 { // on a line the distance is the area between the sums
				if want := betweenSums(p, q); math.Abs(got.Distance-want) > 1e-9 {
					t.Errorf("%s: %v, want %v", name, got.Distance, want)
				}
			}
		}
	}
}

// betweenSums is W₁ on a line: Σ |P(i) − Q(i)|.
func betweenSums(p, q []float64) float64 {
	p, _ = Shares(p)
	q, _ = Shares(q)
	sum, apart := 0.0, 0.0
	for i := range max(len(p), len(q)) {
		if i < len(p) {
			apart += p[i]
		}
		if i < len(q) {
			apart -= q[i]
		}
		sum += math.Abs(apart)
	}
	return sum
}

func TestSolversAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for trial := range 20 {
		n, m := 2+r.IntN(9), 2+r.IntN(9)
		p, q, cost := make([]float64, n), make([]float64, m), make([]float64, n*m)
		for _, x := range [][]float64{p, q, cost} {
			for i := range x {
				x[i] = r.Float64() + 0.01
			}
		}
		p, _ = Shares(p)
		q, _ = Shares(q)
		value := func(plan []float64) (sum float64) {
			for k, moved := range plan {
				sum += moved * cost[k]
			}
			return sum
		}
		bySimplex := simplexPlan(p, q, cost)
		if bySimplex == nil {
			t.Errorf("trial %d, %d×%d: the simplex method failed", trial, n, m)
			continue
		}
		if a, b := value(bySimplex), value(flowPlan(p, q, cost)); math.Abs(a-b) > 1e-9 {
			t.Errorf("trial %d, %d×%d: %v by the simplex method, %v as a flow", trial, n, m, a, b)
		}
	}
}

func TestEMDRefuses(t *testing.T) {
	one := []float64{1}
	for name, call := range map[string]func() error{
		"no weights":      func() error { _, err := EMD(nil, one, nil); return err },
		"negative weight": func() error { _, err := EMD([]float64{-1, 2}, one, line(2, 1)); return err },
		"no number":       func() error { _, err := EMD(one, []float64{math.NaN()}, line(1, 1)); return err },
		"all zero":        func() error { _, err := EMD(one, []float64{0, 0}, line(1, 2)); return err },
		"few rows":        func() error { _, err := EMD([]float64{1, 1}, one, line(1, 1)); return err },
		"few columns":     func() error { _, err := EMD(one, []float64{1, 1}, line(1, 1)); return err },
		"endless cost":    func() error { _, err := EMD(one, one, [][]float64{{math.Inf(1)}}); return err },
	} {
		if err := call(); fault.KindOf(err) != fault.Data {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkEMD(b *testing.B) {
	for _, n := range []int{16, 24, 100, 500} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			p, q := make([]float64, n), make([]float64, n)
			for i := range p {
				p[i], q[i] = r.Float64(), r.Float64()
			}
			cost := line(n, n)
			for b.Loop() {
				if _, err := EMD(p, q, cost); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
