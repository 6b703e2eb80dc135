package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/cli/progress"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/metrics"
)

type compareOptions struct {
	f     *Factory
	Plan  versus.Plan
	Out   string // folder of the comparison; empty: one that follows from the plan
	CSV   string
	Jobs  int
	Retry bool

	images dataOptions // how folders are read, as the flags have it
	// extractor makes what images are seen with, in place of the classifier that
	// comes with the data; nil: that one.
	extractor func(context.Context, data.Dataset) (metrics.Extractor, error)
}

// momentsByDefault is how many times a budget in steps is measured, unless --every
// says otherwise.
const momentsByDefault = 5

// maxSeeds bounds the seeds of a comparison: above any use, below a slip of the
// finger like 1-1000.
const maxSeeds = 100

func newCompare(f *Factory, run func(context.Context, *compareOptions) error) *cobra.Command {
	o := &compareOptions{f: f}
	if run == nil {
		run = runCompare
	}
	var data, measures []string
	cmd := &cobra.Command{
		Use:   "compare VARIANT... --data DATA,...",
		Short: "Train variants under one budget and compare their measures",
		Long: `Train each variant on each data with each seed under one budget, measure them,
and lay them side by side: a table of means and standard deviations over seeds,
and a page with curves and samples that opens offline.

All is kept in one folder, and the same command goes on where it was stopped:
with Ctrl-C the steps under way are finished and saved. --out names the folder;
zoo compare --out FOLDER alone goes on with the comparison in it. A training
that fails is recorded and does not end the others; --retry tries it again.`,
		Example: `  zoo compare gan wgangp dragan --data ring8,grid25 --seeds 1-3 --steps 5000
  zoo compare lsgan wgangp --data mnist --seeds 1,2 --images 600000 --out digits
  zoo compare gan wgan wgangp --data mnist --time 5m --measures fid,kid --csv table.csv
  zoo compare --out digits`,
		Args:              cobra.ArbitraryArgs,
		ValidArgsFunction: each(f.variants),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Plan.Variants, o.Plan.Data, o.Plan.Measures = args, data, measures
			if err := o.check(cmd); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&data, "data", nil, "`datasets` by name, or folders of images")
	flags.Var(&value[[]uint64]{p: &o.Plan.Seeds, kind: "seeds", parse: parseSeeds, show: showSeeds}, "seeds", "seeds, like 1-3 or 1,5,9; 1 by default")
	int64Var(flags, &o.Plan.Steps, "steps", "budget in steps")
	int64Var(flags, &o.Plan.Images, "images", "budget in real examples that the discriminator sees")
	durationVar(flags, &o.Plan.Time, "time", "budget in time of training, like 90s or 10m")
	int64Var(flags, &o.Plan.Every, "every", "steps between measures and pictures; a fifth of --steps by default")
	intVar(flags, &o.Plan.Batch, "batch", maxBatch, "examples in a batch")
	flags.StringVar(&o.Plan.Arch, "arch", "", "`network` by name; each variant's own by default")
	intVar(flags, &o.Plan.Labels, "labels", maxLabels, "how many labelled examples semi-supervised variants may use")
	flags.Var(settings{&o.Plan.Params}, "set", "set a parameter of all the variants; may be repeated")
	flags.Var(tricks{&o.Plan.Params}, "with", "turn on `tricks` of other papers, like packing,instance-noise=0.1")
	flags.Var(setting{&o.Plan.Params, "preset"}, "preset", "paper: begin with the papers' own settings")
	o.images.imageFlags(cmd)
	flags.Var(&value[[]string]{p: &measures, kind: "names", parse: parseMeasures, show: func(names []string) string { return strings.Join(names, ",") }},
		"measures", "measures to take, by name, as of zoo evaluate; fid, is and prdc of images, stacked of stacked digits, modes and w1 of points by default")
	intVar(flags, &o.Plan.Samples, "n", maxSamples, "samples to measure on; 10,000 images, 26,000 stacked ones or 2,500 points by default")
	intVar(flags, &o.Jobs, "jobs", runtime.NumCPU(), "trainings at once, which share the cores; 1 by default")
	flags.BoolVar(&o.Retry, "retry", false, "try trainings again that failed before")
	flags.StringVarP(&o.Out, "out", "o", "", "`folder` of the comparison; compare-<id> among the runs by default")
	flags.StringVar(&o.CSV, "csv", "", "write the table to this .csv `file` too")
	must(cmd.RegisterFlagCompletionFunc("data", f.completeData))
	must(cmd.RegisterFlagCompletionFunc("measures", fixed(measureNames()...)))
	must(cmd.MarkFlagDirname("out"))
	must(cmd.MarkFlagFilename("csv", "csv"))
	return cmd
}

// goesOn reports whether the plan is to be read from the folder.
func (o *compareOptions) goesOn() bool { return len(o.Plan.Variants) == 0 && o.Out != "" }

// check refuses what contradicts itself, before anything is looked up.
func (o *compareOptions) check(cmd *cobra.Command) error {
	if o.Jobs == 0 {
		o.Jobs = 1
	}
	if o.CSV != "" {
		if err := checkOutput(o.CSV, ".csv"); err != nil {
			return err
		}
	}
	if o.goesOn() {
		return checkGoingOn(cmd.LocalNonPersistentFlags())
	}
	p := &o.Plan
	switch {
	case len(p.Variants) == 0:
		return usagef("for example: zoo compare gan wgangp --data ring8 --steps 2000", "zoo compare needs variants")
	case len(p.Data) == 0:
		return usagef("add --data ring8; `zoo data list` shows all", "zoo compare needs --data")
	}
	if err := o.images.check(); err != nil {
		return err
	}
	p.Size, p.Grey, p.Colour = o.images.Size, o.images.Grey, o.images.Colour
	p.Background, p.Zoom = string(o.images.Background), o.images.Zoom
	if len(p.Seeds) == 0 {
		p.Seeds = []uint64{defaultSeed}
	}
	if p.Every == 0 && p.Steps > 0 {
		p.Every = (p.Steps + momentsByDefault - 1) / momentsByDefault
	}
	return p.Check()
}

// goingOn are the flags that say nothing of what is compared.
var goingOn = []string{"out", "csv", "jobs", "retry"}

// checkGoingOn refuses flags that the plan in the folder has settled.
func checkGoingOn(own *pflag.FlagSet) (err error) {
	own.VisitAll(func(given *pflag.Flag) {
		if err == nil && given.Changed && !slices.Contains(goingOn, given.Name) {
			err = usagef("name the variants too, or leave it out to go on with the comparison as it was begun", "--%s without variants", given.Name)
		}
	})
	return err
}

// parseSeeds reads "1-3" and "1,5,9", in any mix.
func parseSeeds(s string) ([]uint64, error) {
	labels, err := parseLabels(s)
	if err != nil {
		return nil, errors.New("it wants seeds like 7, 1,2,5 or 1-3")
	}
	if len(labels) > maxSeeds {
		return nil, fmt.Errorf("at most %d seeds", maxSeeds)
	}
	seeds := make([]uint64, len(labels))
	for i, l := range labels {
		seeds[i] = uint64(l)
	}
	return seeds, nil
}

func showSeeds(seeds []uint64) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(seeds), " ", ","), "[]")
}

func runCompare(ctx context.Context, o *compareOptions) error {
	c, err := o.carryOut(ctx)
	if err != nil {
		return err
	}
	return o.report(c)
}

// carryOut trains and measures what is not done, and writes the page.
func (o *compareOptions) carryOut(ctx context.Context) (*versus.Folder, error) {
	c, err := o.find()
	if err != nil {
		return nil, err
	}
	trainer, err := newTrainer(ctx, o, c)
	if err != nil {
		return nil, err
	}
	if c, err = versus.Open(c.Dir, c.Plan); err != nil {
		return nil, err
	}
	unlock, err := c.Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := c.KeepDatasets(trainer.datasets); err != nil {
		return nil, err
	}
	if err := o.work(ctx, c, trainer); err != nil {
		return nil, err
	}
	return c, c.Report("zoo compare" + o.words(&c.Plan))
}

// find is the comparison that is asked for. Its folder need not be there yet.
func (o *compareOptions) find() (*versus.Folder, error) {
	if o.goesOn() {
		return versus.Read(o.Out)
	}
	dir := o.Out
	if dir == "" {
		dir = filepath.Join(o.f.RunsDir, "compare-"+o.Plan.ID())
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fault.New(fault.IO, "the folder of the comparison is a file", dir, "choose another with --out")
	}
	if !utf8.ValidString(dir) {
		return nil, usagef("choose another with --out", "a folder's name must be valid UTF-8 to be handed to a plugin, and %q is not", dir)
	}
	dir, err := filepath.Abs(dir)
	return &versus.Folder{Dir: dir, Plan: o.Plan}, err
}

// work trains what is not done, and tells how far that is.
func (o *compareOptions) work(ctx context.Context, c *versus.Folder, t *trainer) error {
	stop, release := o.f.Orderly()
	defer release()
	t.stop = stop
	results, err := c.Results()
	if err != nil {
		return err
	}
	done := 0
	for _, r := range results {
		if r.State == versus.Done {
			done++
		}
	}
	budget := c.Plan.Budget()
	if len(results) > 1 {
		budget += " each"
	}
	o.f.advise("%s, %s, in %s", text.Plural(int64(len(results)), "training", "trainings"), budget, displayPath(c.Dir))
	if done > 0 {
		o.f.advise("%d of %d done already", done, len(results))
	}
	if !o.f.Quiet {
		t.line = progress.NewComparison(o.f.IO, len(results), done)
		defer t.line.Close()
	}
	ended := make(chan struct{})
	defer close(ended)
	go o.f.announceStop(ctx, stop, ended, "stopping after the steps under way")
	return c.Work(ctx, stop, o.Jobs, o.Retry, t.train, func(r *versus.Result) {
		if t.line != nil {
			t.line.End(r.Name(), r.State == versus.Done)
		}
		switch r.State {
		case versus.Done:
			done++
			m := r.Moments[len(r.Moments)-1]
			o.f.advise("%d/%d %s: %s in %s", done, len(results), r.Name(), text.Plural(m.Step, "step", "steps"), text.Seconds(m.Seconds))
		case versus.Failed:
			o.f.advise("%s %s: %s", o.f.IO.ErrPalette().Yellow("failed:"), r.Name(), text.Printable(r.Failure))
		default:
			o.f.advise("stopped %s", r.Name())
		}
	})
}

// words are the arguments that make the comparison again, with a space before
// each.
func (o *compareOptions) words(p *versus.Plan) string {
	var b strings.Builder
	add := func(name, val string) {
		if val != "" && val != "0" && val != "0s" {
			fmt.Fprintf(&b, " --%s %s", name, quoteWord(val))
		}
	}
	for _, v := range p.Variants {
		b.WriteString(" " + quoteWord(v))
	}
	add("data", strings.Join(p.Data, ","))
	if len(p.Seeds) > 0 { // one of them may be 0
		b.WriteString(" --seeds " + showSeeds(p.Seeds))
	}
	add("steps", fmt.Sprint(p.Steps))
	add("images", fmt.Sprint(p.Images))
	add("time", p.Time.String())
	add("every", fmt.Sprint(p.Every))
	add("batch", fmt.Sprint(p.Batch))
	add("arch", p.Arch)
	add("labels", fmt.Sprint(p.Labels))
	for _, name := range sortedKeys(p.Params) {
		add("set", name+"="+p.Params[name])
	}
	add("size", fmt.Sprint(p.Size))
	if p.Grey {
		b.WriteString(" --grey")
	}
	if p.Colour {
		b.WriteString(" --color")
	}
	add("background", p.Background)
	add("zoom", fmt.Sprint(p.Zoom))
	add("measures", strings.Join(p.Measures, ","))
	add("n", fmt.Sprint(p.Samples))
	return b.String()
}

// threadsOfJob shares the cores out.
func threadsOfJob(jobs int) int { return max(1, runtime.NumCPU()/jobs) }
