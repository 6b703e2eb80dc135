package reproduce

import (
	"math"
	"slices"

	"github.com/ganzoo/ganzoo/internal/versus"
)

// Reader takes a figure off the moments of a training.
type Reader func([]versus.Moment) Reading

// Reading is what a Reader found.
type Reading struct {
	Value   *float64 // nil: not measured, or no finite number
	Unit    string
	Note    string  // what it was measured on
	Seconds float64 // of training until then
}

// last reads a figure at the end of the budget.
func last(figure string) Reader {
	return func(moments []versus.Moment) Reading {
		return read(moments, len(moments)-1, figure)
	}
}

// at reads a figure at a moment, which are counted from 1.
func at(moment int, figure string) Reader {
	return func(moments []versus.Moment) Reading { return read(moments, moment-1, figure) }
}

func read(moments []versus.Moment, i int, figure string) Reading {
	if i < 0 || i >= len(moments) {
		return Reading{}
	}
	m := moments[i]
	k := slices.IndexFunc(m.Figures, func(f versus.Figure) bool { return f.Name == figure })
	if k < 0 {
		return Reading{Seconds: m.Seconds}
	}
	return Reading{Value: m.Figures[k].Value, Unit: m.Figures[k].Unit, Note: m.Figures[k].Note, Seconds: m.Seconds}
}

// accuracy turns an error in percent into a share that is right.
func accuracy(of Reader) Reader {
	return func(moments []versus.Moment) Reading {
		r := of(moments)
		r.Unit = ""
		if r.Value != nil {
			right := 1 - *r.Value/100
			r.Value = &right
		}
		return r
	}
}

// mistakes turns an error in percent into a number of wrong answers.
func mistakes(of Reader, examples int) Reader {
	return func(moments []versus.Moment) Reading {
		r := of(moments)
		r.Unit = "errors"
		if r.Value != nil {
			wrong := math.Round(*r.Value / 100 * float64(examples))
			r.Value = &wrong
		}
		return r
	}
}

// rankCorrelation is Spearman's, of two figures over the moments of a training.
func rankCorrelation(a, b string) Reader {
	return func(moments []versus.Moment) Reading {
		var xs, ys []float64
		r := Reading{}
		for i := range moments {
			x, y := read(moments, i, a), read(moments, i, b)
			r.Seconds = x.Seconds
			if x.Value == nil || y.Value == nil {
				return r
			}
			xs, ys = append(xs, *x.Value), append(ys, *y.Value)
			r.Note = y.Note
		}
		if rho := spearman(xs, ys); !math.IsNaN(rho) {
			r.Value = &rho
		}
		return r
	}
}

// spearman is the correlation of the ranks, NaN where one side has no spread.
func spearman(xs, ys []float64) float64 {
	rx, ry := ranks(xs), ranks(ys)
	var xx, yy, xy float64
	mean := float64(len(xs)-1) / 2
	for i := range rx {
		x, y := rx[i]-mean, ry[i]-mean
		xx, yy, xy = xx+x*x, yy+y*y, xy+x*y
	}
	return xy / math.Sqrt(xx*yy)
}

// ranks count from 0; equal values share the mean of theirs.
func ranks(values []float64) []float64 {
	list := make([]float64, len(values))
	for i, v := range values {
		for j, other := range values {
			switch {
			case other < v:
				list[i]++
			case other == v && j != i:
				list[i] += 0.5
			}
		}
	}
	return list
}
