package versus

import (
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// State of a cell.
type State string

const (
	Waiting State = ""        // never started, or to be tried again
	Started State = "started" // and stopped before its end
	Done    State = "done"
	Failed  State = "failed"
)

// Result is what became of a cell.
type Result struct {
	Cell
	State   State      `json:"state"`
	Failure string     `json:"failure,omitempty"`      // why it Failed
	Kind    fault.Kind `json:"failure_kind,omitempty"` // of that: "diverged"
	Run     string     `json:"run,omitempty"`          // the run's id, once it has one
	Moments []Moment   `json:"moments"`                // in order; the last is the end of the budget
}

// Moment is a point of a training at which samples were measured.
type Moment struct {
	Step    int64    `json:"step"`
	Images  int64    `json:"images"`  // real examples seen
	Seconds float64  `json:"seconds"` // of training
	Figures []Figure `json:"figures"`
}

// Figure is one measured value.
type Figure struct {
	Name   string   `json:"name"`
	Value  *float64 `json:"value"`          // null: infinite or no number
	Real   *float64 `json:"real,omitempty"` // with real examples in the place of the samples
	Unit   string   `json:"unit,omitempty"`
	Better string   `json:"better,omitempty"` // "lower", "higher" or empty
	Note   string   `json:"note,omitempty"`   // what it was measured on
}

// last is the moment at the end of the budget, or nil.
func (r *Result) last() *Moment {
	if r.State != Done || len(r.Moments) == 0 {
		return nil
	}
	return &r.Moments[len(r.Moments)-1]
}

// Stat is a figure over seeds.
type Stat struct {
	Mean *float64 `json:"mean"` // null: one of the values was no finite number
	SD   *float64 `json:"sd"`   // with n−1; null for a single seed
	N    int      `json:"n"`
	Best bool     `json:"best,omitempty"`
}

// StatOf is the mean and standard deviation of values, none of them when one is
// missing: leaving it out would flatter.
func StatOf(values []*float64) Stat {
	s := Stat{N: len(values)}
	mean := 0.0
	for _, v := range values {
		if v == nil {
			return s
		}
		mean += *v / float64(len(values))
	}
	if len(values) == 0 {
		return s
	}
	s.Mean = &mean
	if len(values) > 1 {
		squares := 0.0
		for _, v := range values {
			squares += (*v - mean) * (*v - mean)
		}
		sd := math.Sqrt(squares / float64(len(values)-1))
		s.SD = &sd
	}
	return s
}
