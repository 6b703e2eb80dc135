package versus

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
)

var small = Plan{Variants: []string{"gan", "wgan"}, Data: []string{"ring8"}, Seeds: []uint64{1, 2}, Steps: 10, Every: 5}

func number(v float64) *float64 { return &v }

// result is a training that is done, with its W₁ at two moments.
func result(variant string, seed uint64, values ...*float64) Result {
	r := Result{Cell: Cell{variant, "ring8", seed}, State: Done, Run: "gone"}
	for i, v := range values {
		r.Moments = append(r.Moments, Moment{Step: int64(5 * (i + 1)), Seconds: 1,
			Figures: []Figure{{Name: "W₁", Value: v, Real: number(0.1), Better: "lower"}}})
	}
	return r
}

func TestPlanCheck(t *testing.T) {
	for name, change := range map[string]func(p *Plan){
		"no budget":   func(p *Plan) { p.Steps = 0 },
		"two budgets": func(p *Plan) { p.Time = time.Minute },
		"no data":     func(p *Plan) { p.Data = nil },
		"twice":       func(p *Plan) { p.Variants = []string{"gan", "gan"} },
		"one folder":  func(p *Plan) { p.Data = []string{"./pics", "pics/"} },
	} {
		p := small
		change(&p)
		if err := p.Check(); fault.KindOf(err) != fault.Usage {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := small.Check(); err != nil {
		t.Error(err)
	}
}

func TestCellsBeginWithTheFirstSeed(t *testing.T) {
	var names []string
	for _, c := range small.Cells() {
		names = append(names, c.Name())
	}
	if want := []string{"gan-ring8-seed1", "wgan-ring8-seed1", "gan-ring8-seed2", "wgan-ring8-seed2"}; !slices.Equal(names, want) {
		t.Errorf("got %v", names)
	}
	other := small
	other.Steps++
	if small.ID() == other.ID() || small.ID() != (&Plan{Variants: small.Variants, Data: small.Data, Seeds: small.Seeds, Steps: 10, Every: 5}).ID() {
		t.Error("the id does not follow from the plan")
	}
}

func TestSummarize(t *testing.T) {
	results := []Result{
		result("gan", 1, number(9), number(2)), result("gan", 2, number(9), number(4)),
		result("wgan", 1, number(9), number(1)), {Cell: Cell{"wgan", "ring8", 2}, State: Failed, Failure: "NaN"},
	}
	table := Summarize(&small, results)[0]
	gan, wgan := table.Rows[0], table.Rows[1]
	// The sample standard deviation of 2 and 4 is √2.
	if s := gan.Stats[0]; *s.Mean != 3 || math.Abs(*s.SD-math.Sqrt2) > 1e-12 || s.Best || gan.Runs != 2 {
		t.Errorf("gan: %+v", gan)
	}
	if s := wgan.Stats[0]; *s.Mean != 1 || s.SD != nil || !s.Best || wgan.RunsText() != "1 (1 failed)" {
		t.Errorf("wgan: %+v", wgan)
	}
	if got := gan.Stats[0].String() + ", " + wgan.Stats[0].String(); got != "3.0 ± 1.4, 1 *" {
		t.Errorf("worded %q", got)
	}
}

func TestSpread(t *testing.T) {
	for _, test := range []struct {
		mean, sd float64
		want     string
	}{
		{0.1574, 0.01267, "0.157 ± 0.013"},
		{0.3333, 0.5774, "0.33 ± 0.58"},
		{8, 0, "8 ± 0"},
		{12.345, 1.5, "12.3 ± 1.5"},
		{1677.4, 452.2, "1677 ± 452"},
		{0.5, 0.0996, "0.500 ± 0.100"},
		{0.0006868, 4.549e-05, "0.000687 ± 0.000045"},
		{0.25, 4.207e-08, "0.25 ± 4.2e-08"},
		{1, 3.43e-11, "1 ± 0"},
		{2e9, 3e8, "2e+09 ± 3e+08"},
	} {
		if got := spread(test.mean, test.sd); got != test.want {
			t.Errorf("spread(%v, %v) = %q, want %q", test.mean, test.sd, got, test.want)
		}
	}
}

// A value that is no number is not left out of a mean: that would flatter.
func TestNotFiniteIsNotBest(t *testing.T) {
	table := Summarize(&small, []Result{result("gan", 1, nil), result("gan", 2, number(1)), result("wgan", 1, number(7))})[0]
	if s := table.Rows[0].Stats[0]; s.Mean != nil || s.Best || s.String() != "not finite" {
		t.Errorf("got %+v", s)
	}
	if table.Rows[1].Stats[0].Best {
		t.Error("best of one")
	}
}

func TestOpenRefusesAnotherPlan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "c")
	if _, err := Read(dir); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nothing there: %v", err)
	}
	if _, err := Open(dir, small); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, small); err != nil {
		t.Errorf("the same again: %v", err)
	}
	other := small
	other.Seeds = []uint64{3}
	if _, err := Open(dir, other); fault.KindOf(err) != fault.Usage {
		t.Errorf("another plan: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, planFile), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, small); fault.KindOf(err) != fault.IO {
		t.Errorf("a damaged plan: %v", err)
	}
}

func TestLock(t *testing.T) {
	c, err := Open(t.TempDir(), small)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := c.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Lock(); fault.KindOf(err) != fault.Usage {
		t.Errorf("a second process got %v", err)
	}
	unlock()
}

// states are those of all cells on disk, in order.
func states(t *testing.T, c *Folder) (list []State) {
	t.Helper()
	results, err := c.Results()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		list = append(list, r.State)
	}
	return list
}

func TestWork(t *testing.T) {
	c, err := Open(t.TempDir(), small)
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu     sync.Mutex
		worked []string
	)
	failing := "wgan-ring8-seed1"
	work := func(_ context.Context, r *Result) error {
		mu.Lock()
		defer mu.Unlock()
		worked = append(worked, r.Name())
		if r.Name() == failing {
			return fault.New(fault.Diverged, "it diverged", "", "")
		}
		return nil
	}
	quiet := func(*Result) {}
	if err := c.Work(t.Context(), nil, 2, false, work, quiet); err != nil {
		t.Fatal(err)
	}
	if got := states(t, c); !slices.Equal(got, []State{Done, Failed, Done, Done}) {
		t.Errorf("states %v", got)
	}
	worked, failing = nil, ""
	if err := c.Work(t.Context(), nil, 1, false, work, quiet); err != nil || worked != nil {
		t.Errorf("a second call did %v, %v", worked, err)
	}
	if err := c.Work(t.Context(), nil, 1, true, work, quiet); err != nil || !slices.Equal(worked, []string{"wgan-ring8-seed1"}) {
		t.Errorf("a retry did %v, %v", worked, err)
	}
	if got := states(t, c); !slices.Equal(got, []State{Done, Done, Done, Done}) {
		t.Errorf("states %v", got)
	}
}

func TestStopAndCancel(t *testing.T) {
	c, err := Open(t.TempDir(), small)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	err = c.Work(t.Context(), stop, 1, false, func(_ context.Context, r *Result) error {
		if r.Variant == "wgan" {
			close(stop)
			return ErrStopped
		}
		return nil
	}, func(*Result) {})
	if got := states(t, c); err != nil || !slices.Equal(got, []State{Done, Started, Waiting, Waiting}) {
		t.Errorf("stopped at %v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = c.Work(ctx, nil, 1, false, func(ctx context.Context, r *Result) error {
		cancel()
		return ctx.Err()
	}, func(*Result) {})
	if got := states(t, c); fault.KindOf(err) != fault.Canceled || !slices.Equal(got, []State{Done, Started, Waiting, Waiting}) {
		t.Errorf("cancelled at %v, %v", got, err)
	}
}

// What the disk refuses a training ends the comparison, and is no failure of that one.
func TestFullDiskWhileTraining(t *testing.T) {
	c, err := Open(t.TempDir(), small)
	if err != nil {
		t.Fatal(err)
	}
	err = c.Work(t.Context(), nil, 1, false, func(_ context.Context, r *Result) error {
		if r.Variant == "wgan" {
			return fault.New(fault.IO, "the disk is full", "", "")
		}
		return nil
	}, func(*Result) {})
	if got := states(t, c); fault.KindOf(err) != fault.IO || !slices.Equal(got, []State{Done, Started, Waiting, Waiting}) {
		t.Errorf("it ended at %v, %v", got, err)
	}
}

// A result that the disk refuses ends the comparison.
func TestFullDisk(t *testing.T) {
	c, err := Open(t.TempDir(), small)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(c.Dir, resultsDir)); err != nil {
		t.Fatal(err)
	}
	tries := 0
	err = c.Work(t.Context(), nil, 1, false, func(context.Context, *Result) error { tries++; return nil }, func(*Result) {})
	if fault.KindOf(err) != fault.IO || tries > 2 {
		t.Errorf("%d cells, %v", tries, err)
	}
}

// The pages stand without the run folders, or what is in them, and no text can break
// out of them.
func TestReport(t *testing.T) {
	c, err := Open(t.TempDir(), small)
	if err != nil {
		t.Fatal(err)
	}
	emptied := result("gan", 1, number(3), number(2))
	emptied.Run = "emptied"
	dir := filepath.Join(c.RunsDir(), emptied.Run)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, r := range []Result{
		emptied, result("gan", 2, number(5), number(4)), result("wgan", 1, nil, number(1)),
		{Cell: Cell{"wgan", "ring8", 2}, State: Failed, Failure: "<script>|x"},
	} {
		if err := c.Save(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Report("zoo compare <x>"); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string][]string{
		ReportFile:                {`class="best">1 *`, "<svg", "&lt;script&gt;", "W₁"},
		"report.md":               {"| gan | 2 | 1 ± 0 | 3.0 ± 1.4 |", "| wgan | 1 (1 failed) |", `seed 2: \<script>\|x`, "(plots/data1-figure1.svg)"},
		"plots/data1-figure1.svg": {"<polygon", "gan</text>", "W₁, lower is better"},
	} {
		content, err := os.ReadFile(filepath.Join(c.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range says {
			if !strings.Contains(string(content), s) {
				t.Errorf("%s has no %q:\n%s", name, s, content)
			}
		}
		if strings.Contains(string(content), "<script>") && name == ReportFile {
			t.Error("a failure's text is markup")
		}
		if strings.Count(string(content), "http://") != strings.Count(string(content), "http://www.w3.org/2000/svg") {
			t.Errorf("%s loads something", name)
		}
	}
}

func TestWriteCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := WriteCSV(path, Summarize(&small, []Result{result("gan", 1, number(0.5)), result("wgan", 1, nil)})); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	want := "data,variant,measure,unit,better,mean,sd,runs,real,best\nring8,gan,W₁,,lower,0.5,,1,0.1,false\nring8,wgan,W₁,,lower,,,1,0.1,false\n"
	if err != nil || string(content) != want {
		t.Errorf("got %q, %v", content, err)
	}
	if err := WriteCSV(filepath.Join(t.TempDir(), "none", "t.csv"), nil); fault.KindOf(err) != fault.IO {
		t.Errorf("into no folder: %v", err)
	}
}
