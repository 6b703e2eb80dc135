package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestCompareWrongInput(t *testing.T) {
	for _, tt := range []struct {
		args string
		code int
		says string // on stderr
	}{
		{"compare", 2, "needs variants"},
		{"compare wgangp", 2, "needs --data"},
		{"compare wgangp --data ring8", 2, "one of --steps, --images and --time"},
		{"compare wgangp --data ring8 --steps 5 --images 500", 2, "one of --steps, --images and --time"},
		{"compare wgangp wgangp --data ring8 --steps 5", 2, "named twice"},
		{"compare wgamgp --data ring8 --steps 5", 3, `did you mean "wgangp"?`},
		{"compare wgangp --data rign8 --steps 5", 3, `did you mean "ring8"?`},
		{"compare wgangp cgan --data ring8 --steps 5", 4, "cgan does not learn points"},
		{"compare wgangp --data ring8 --steps 0", 2, "--steps"},
		{"compare wgangp --data ring8 --time 5", 2, "90s, 5m or 1h30m"},
		{"compare wgangp --data ring8 --steps 5 --seeds x", 2, "1,2,5 or 1-3"},
		{"compare wgangp --data ring8 --steps 5 --seeds 1-1000", 2, "at most 100 seeds"},
		{"compare wgangp --data ring8 --steps 5 --jobs 0", 2, "--jobs"},
		{"compare wgangp --data ring8 --steps 5 --jobs 100000", 2, "at most"},
		{"compare wgangp --data ring8 --steps 5 --set lamda=1", 2, `did you mean "lambda"?`},
		{"compare catgan wgangp cgan --data mnist --steps 5 --set lambda=1", 2, `catgan and cgan refuse this: catgan has no parameter "lambda"`},
		{"compare wgangp --data mnist --steps 5 --set penalty=no", 2, `zoo: "no" is no value for penalty of wgangp`},
		{"compare wgangp cgan --data mnist --steps 5 --set lambda=1", 2, `cgan has no parameter "lambda"`},
		{"compare wgangp --data ring8 --steps 5 --measures fdi", 2, `did you mean "fid"`},
		{"compare wgangp --data ring8 --steps 5 --measures fid", 2, "it needs images"},
		{"compare wgangp --data swissroll --steps 5 --measures modes", 2, "modes that are known"},
		{"compare wgangp --data ring8 --steps 5 --csv t.txt", 2, "must end in .csv"},
		{"compare wgangp --data ring8 --steps 5 --grey --color", 2, "exclude each other"},
		{"compare --out /no/such/folder", 3, "not a comparison"},
		{"compare --out /no/such/folder --steps 5", 2, "--steps without variants"},
		{"compare wgangp --data ring8 --steps 5 --out /no/\xff", 2, "must be valid UTF-8"},
		{"compare wgangp --data ring8 --steps 5 --out /dev/null", 8, "is a file"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			newSession(t).refuses(t, tt.args, tt.code, tt.says)
		})
	}
}

func TestCompareFlags(t *testing.T) {
	s := newSession(t)
	var got *compareOptions
	verb := newCompare(s.Factory, func(_ context.Context, o *compareOptions) error { got = o; return nil })
	err := s.runVerb(verb, "gan", "wgan", "--data", "ring8,moons", "--seeds", "1-2,9", "--steps", "11", "--batch", "8",
		"--with", "packing=2", "--measures", "w1", "--n", "100")
	if err != nil {
		t.Fatal(err)
	}
	p := got.Plan
	if !slices.Equal(p.Variants, []string{"gan", "wgan"}) || !slices.Equal(p.Data, []string{"ring8", "moons"}) || !slices.Equal(p.Seeds, []uint64{1, 2, 9}) ||
		p.Steps != 11 || p.Every != 3 || p.Batch != 8 || p.Params["packing"] != "2" || !slices.Equal(p.Measures, []string{"w1"}) || p.Samples != 100 || got.Jobs != 1 {
		t.Errorf("got %+v", got)
	}
	want := " gan wgan --data ring8,moons --seeds 1,2,9 --steps 11 --every 3 --batch 8 --set packing=2 --measures w1 --n 100"
	if words := got.words(&p); words != want {
		t.Errorf("worded %q", words)
	}
	if words := got.words(&versus.Plan{Time: time.Minute, Data: []string{"my pics"}, Grey: true}); words != " --data 'my pics' --time 1m0s --grey" {
		t.Errorf("worded %q", words)
	}
	if words := got.words(&versus.Plan{Steps: 1, Data: []string{"ring8"}, Seeds: []uint64{0}}); words != " --data ring8 --seeds 0 --steps 1" {
		t.Errorf("worded %q", words)
	}
}

// A table too wide for the terminal has its variants beside each other.
func TestCompareTable(t *testing.T) {
	one := 1.0
	table := versus.Table{Data: "ring8", Columns: []versus.Column{{Name: "modes captured", Real: &one}}, Rows: []versus.Row{
		{Variant: "gan", Runs: 1, Seconds: versus.StatOf([]*float64{&one}), Stats: []versus.Stat{versus.StatOf([]*float64{&one})}},
	}}
	s := newSession(t)
	s.IO.SetTTY(true, true)
	o := &compareOptions{f: s.Factory}
	lines := func() []string {
		s.out.Reset()
		if err := o.print(&table); err != nil {
			t.Fatal(err)
		}
		_, rows, _ := strings.Cut(strings.TrimSpace(s.out.String()), "\n")
		return strings.Split(rows, "\n")
	}
	if got := lines(); len(got) != 2 || !strings.HasPrefix(got[0], "ring8  gan") {
		t.Errorf("got %q", got)
	}
	for i := range 6 { // no room for six more measures
		table.Columns = append(table.Columns, versus.Column{Name: fmt.Sprintf("measure %d", i)})
		table.Rows[0].Stats = append(table.Rows[0].Stats, versus.StatOf(nil))
	}
	if got := lines(); len(got) != 9 || strings.Join(strings.Fields(got[2]), " ") != "ring8 MODES CAPTURED 1 1" {
		t.Errorf("got %q", got)
	}
}

// What is measured follows from the data, and from whether samples are of classes
// asked for.
func TestMeasuresOf(t *testing.T) {
	digits := zoo.Dataset{Name: "mnist", Kind: zoo.Images, Shape: []int{1, 28, 28}, Classes: 10}
	stacked := zoo.Dataset{Name: "stacked-mnist", Kind: zoo.Images, Shape: []int{3, 28, 28}}
	agreement := []string{"agreement"}
	for _, tt := range []struct {
		data        zoo.Dataset
		asked       []string
		conditional bool
		want        []string // nil: refused
	}{
		{digits, nil, true, []string{"fid", "is", "prdc"}},
		{digits, agreement, true, agreement},
		{digits, agreement, false, nil},
		{stacked, nil, false, []string{"stacked"}},
	} {
		got, err := measuresOf(tt.data, tt.asked, tt.conditional)
		if !slices.Equal(got, tt.want) || (err == nil) != (tt.want != nil) {
			t.Errorf("%s, %v asked for: %v, %v; want %v", tt.data.Name, tt.asked, got, err, tt.want)
		}
	}
}

// A stop in between leaves a moment of its own, which the other seeds lack.
func TestDropStops(t *testing.T) {
	r := &versus.Result{Moments: []versus.Moment{{Step: 5}, {Step: 7}, {Step: 10}, {Step: 12}}}
	(&trainer{c: &versus.Folder{Plan: versus.Plan{Every: 5}}}).dropStops(r)
	var steps []int64
	for _, m := range r.Moments {
		steps = append(steps, m.Step)
	}
	if !slices.Equal(steps, []int64{5, 10, 12}) {
		t.Errorf("kept %v", steps)
	}
}
