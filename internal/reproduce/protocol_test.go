package reproduce

import (
	"math"
	"testing"

	"github.com/ganzoo/ganzoo/internal/versus"
)

func number(v float64) *float64 { return &v }

// moments measure "x" and "y" at every 10 steps.
func moments(x, y []float64) []versus.Moment {
	var list []versus.Moment
	for i := range x {
		list = append(list, versus.Moment{Step: int64(10 * (i + 1)), Seconds: float64(i + 1), Figures: []versus.Figure{
			{Name: "x", Value: &x[i], Unit: "%", Note: "some"}, {Name: "y", Value: &y[i]},
		}})
	}
	return list
}

func TestReaders(t *testing.T) {
	m := moments([]float64{10, 20, 40}, []float64{5, 3, 2})
	for name, tc := range map[string]struct {
		read Reader
		want *float64
		unit string
	}{
		"last":            {last("x"), number(40), "%"},
		"at":              {at(2, "x"), number(20), "%"},
		"at a later one":  {at(4, "x"), nil, ""},
		"another figure":  {last("z"), nil, ""},
		"accuracy":        {accuracy(last("x")), number(0.6), ""},
		"mistakes":        {mistakes(last("x"), 10_000), number(4000), "errors"},
		"correlation":     {rankCorrelation("x", "y"), number(-1), ""},
		"of what has one": {rankCorrelation("x", "z"), nil, ""},
	} {
		got := tc.read(m)
		switch {
		case (got.Value == nil) != (tc.want == nil):
			t.Errorf("%s: got %v, want %v", name, got.Value, tc.want)
		case got.Value != nil && math.Abs(*got.Value-*tc.want) > 1e-12:
			t.Errorf("%s: got %v, want %v", name, *got.Value, *tc.want)
		case got.Unit != tc.unit:
			t.Errorf("%s: the unit is %q, want %q", name, got.Unit, tc.unit)
		}
	}
	if r := last("x")(nil); r.Value != nil {
		t.Error("read a figure off no moments")
	}
}

func TestSpearman(t *testing.T) {
	// scipy.stats.spearmanr([1, 2, 2, 4, 5], [3, 1, 4, 1, 5])
	if got := spearman([]float64{1, 2, 2, 4, 5}, []float64{3, 1, 4, 1, 5}); math.Abs(got-0.28947368421052627) > 1e-12 {
		t.Errorf("with ties: %v", got)
	}
	if got := spearman([]float64{1, 1}, []float64{1, 2}); !math.IsNaN(got) {
		t.Errorf("without spread: %v", got)
	}
}

// TestPlans: every protocol can be begun, and cut short to all its moments.
func TestPlans(t *testing.T) {
	for i := range Published {
		p := &Published[i]
		if (p.Compute == nil) == (p.Trainings == nil) {
			t.Errorf("%s either computes or trains", p.Name)
		}
		for _, briefly := range []bool{false, true} {
			for k, training := range p.Plans(0, briefly) {
				if err := training.Plan.Check(); err != nil {
					t.Errorf("%s: %v", p.Name, err)
				}
				whole := p.Trainings[k].Plan
				seeds := p.Seeds
				if briefly {
					seeds = 1
				}
				if len(training.Plan.Seeds) != seeds {
					t.Errorf("%s: %d seeds, want %d", p.Name, len(training.Plan.Seeds), seeds)
				}
				if whole.Every > 0 && training.Plan.Steps/training.Plan.Every < min(briefMoments, whole.Steps/whole.Every) {
					t.Errorf("%s: cut short it loses moments", p.Name)
				}
			}
		}
		if Find(p.Name) != p {
			t.Errorf("%s is not found", p.Name)
		}
	}
}

func TestRows(t *testing.T) {
	done := versus.Result{Cell: versus.Cell{Variant: "gan", Data: "ring8", Seed: 1}, State: versus.Done,
		Moments: moments([]float64{1, 2}, []float64{0, 0})}
	other, waiting := done, done
	other.Moments = moments([]float64{1, 4}, []float64{0, 0})
	waiting.State = versus.Started
	p := Protocol{
		Trainings: []Training{{Name: "a"}, {Name: "b"}},
		Targets:   []Target{{What: "x", Read: last("x")}, {What: "x of b", Training: "b", Read: last("x")}},
	}
	rows := p.Rows(map[string][]versus.Result{"a": {done, other, waiting}})
	if len(rows) != 2 || rows[0].Ours.N != 2 || *rows[0].Ours.Mean != 3 || *rows[0].Ours.SD != math.Sqrt2 || rows[0].Seconds != 2 {
		t.Errorf("got %+v", rows)
	}
	failed := done
	failed.State = versus.Failed
	if row := p.Rows(map[string][]versus.Result{"a": {done, failed}})[0]; row.Ours.N != 2 || row.Ours.Mean != nil {
		t.Errorf("one of two failed, and yet %+v", row)
	}
	if rows[1].Ours.N != 0 || rows[1].Ours.String() != "-" {
		t.Errorf("nothing was trained, and yet %+v", rows[1])
	}
}
