package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/internal/cli/text"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

type evaluateOptions struct {
	f          *Factory
	Run        string
	Checkpoint string
	Data       dataOptions
	N          int
	Seed       uint64
	Threads    int
}

func newEvaluate(f *Factory, run func(context.Context, *evaluateOptions) error) *cobra.Command {
	o := &evaluateOptions{f: f}
	if run == nil {
		run = runEvaluate
	}
	cmd := &cobra.Command{
		Use:   "evaluate RUN",
		Short: "Measure a trained generator",
		Long: `Measure the generator of a run's last checkpoint.

What can be seen on samples is measured by zoo itself, in the same way for every
variant: for points the modes captured, the share of high-quality samples and
the exact Wasserstein distance to the test points. The variant's plugin adds
what only it knows, like a classification error.`,
		Example: `  zoo evaluate catgan
  zoo evaluate wgangp --data mnist --json
  zoo evaluate wgan-ring8-20260102-150405 --n 2500 --seed 7`,
		Args:              exactly("a run"),
		ValidArgsFunction: f.completeRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Run = args[0]
			if err := o.Data.check(); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	o.Data.flags(cmd, f, "; by default what the run was trained on")
	intVar(flags, &o.N, "n", maxSamples, "samples to measure on; 2,500 by default")
	flags.Uint64Var(&o.Seed, "seed", defaultSeed, "seed of the samples")
	flags.StringVar(&o.Checkpoint, "from", "", "checkpoint `file` of the run; its last one by default")
	intVar(flags, &o.Threads, "threads", maxThreads, "threads to compute with; all cores by default")
	return cmd
}

func runEvaluate(ctx context.Context, o *evaluateOptions) error {
	src, err := openSource(ctx, o.f, o.Run, o.Checkpoint)
	if err != nil {
		return err
	}
	defer src.Close()
	dataset, err := o.dataset(ctx, src)
	if err != nil {
		return err
	}
	measures, err := o.sampleMeasures(ctx, src, dataset)
	if err != nil {
		return err
	}
	own, err := src.Evaluate(ctx, &zoo.EvaluateRequest{Checkpoint: src.checkpoint, Dataset: dataset, Seed: o.Seed, Threads: o.Threads})
	if err != nil {
		return err
	}
	return o.report(src, dataset, append(measures, own.Measures...))
}

// dataset is what to measure against: the data named, or the run's own.
func (o *evaluateOptions) dataset(ctx context.Context, src *source) (zoo.Dataset, error) {
	if o.Data.Name == "" {
		return recordedData(ctx, o.f, src.run)
	}
	trained := src.run.Dataset
	if o.Data.Size == 0 && !o.Data.Grey && !o.Data.Colour {
		o.Data.shapeLike(trained)
	}
	d, err := o.Data.resolve(ctx, o.f)
	if err != nil {
		return d, err
	}
	if d.Kind != trained.Kind || extents(d.Shape) != extents(trained.Shape) {
		return d, fault.New(fault.Data, fmt.Sprintf("the run was trained on %s, and this data has %s", describeKind(trained), describeKind(d)),
			d.Name, "choose data of the same shape, or leave --data out")
	}
	return d, nil
}

// sampleMeasures are the measures taken here, on samples, so that no plugin
// grades itself.
func (o *evaluateOptions) sampleMeasures(ctx context.Context, src *source, d zoo.Dataset) ([]zoo.Measure, error) {
	if d.Kind != zoo.Points {
		return nil, nil
	}
	if o.N == 0 {
		o.N = defaultPoints
	}
	samples, err := src.Sample(ctx, &zoo.SampleRequest{Checkpoint: src.checkpoint, N: o.N, Seed: o.Seed, Threads: o.Threads})
	if err != nil {
		return nil, err
	}
	return pointMeasures(samples, d)
}

func (o *evaluateOptions) report(src *source, d zoo.Dataset, measures []zoo.Measure) error {
	if measures == nil {
		measures = []zoo.Measure{}
	}
	if o.f.JSON {
		return o.f.IO.JSON(struct {
			Run        string        `json:"run"`
			Checkpoint string        `json:"checkpoint"`
			Data       string        `json:"data"`
			Seed       uint64        `json:"seed"`
			Measures   []zoo.Measure `json:"measures"`
		}{src.run.ID, src.checkpoint, d.Name, o.Seed, measures})
	}
	o.f.advise("%s (%s) on %s", src.run.ID, filepath.Base(src.checkpoint), d.Name)
	if len(measures) == 0 {
		o.f.advise("%s has no measures of its own on %s", src.run.Variant, d.Kind)
		return nil
	}
	table := o.f.IO.Table("MEASURE", ">VALUE", "BETTER", "HOW")
	for _, m := range measures {
		table.Row(m.Name, text.Figure(m.Value)+unit(m.Unit), m.Better, m.Note)
	}
	return table.Print()
}
