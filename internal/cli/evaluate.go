package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

type evaluateOptions struct {
	f          *Factory
	Run        string
	Checkpoint string
	Data       dataOptions
	N          int
	Measures   []string // nil: all that the data allows
	Features   string
	Seed       uint64
	Threads    int
	Model      modelOptions

	pool     *kernel.Pool      // while measures are taken
	seenWith metrics.Extractor // what images are seen with; nil: what Features says
	seen     *seenFeatures     // what they were seen with; nil: nothing
}

func newEvaluate(f *Factory, run func(context.Context, *evaluateOptions) error) *cobra.Command {
	o := &evaluateOptions{f: f}
	if run == nil {
		run = runEvaluate
	}
	cmd := &cobra.Command{
		Use:   "evaluate RUN|MODEL.onnx|SAMPLES.npy",
		Short: "Measure a trained generator",
		Long: `Measure the generator of a run's last checkpoint.

What can be seen on samples is measured by zoo itself, in the same way for every
variant. The column REAL is the same figure with real training examples in the
place of the samples: what an ideal generator would get. The variant's plugin
adds what only it knows, like a classification error, unless --measures names
others: the last in the list stands for them.

An ONNX model may stand in the place of the run, and so may samples of any other
program: a NumPy array of float32, images N×C×H×W in −1…1 or points N×2. --data
then says what to measure them against.

The measures, for --measures:
` + measuresHelp() + `
Features are those of a small classifier, so "FID (LeNet)" cannot be compared
with figures on Inception. One for mnist and one for fashion-mnist come with zoo
and are taken for these data; for others name one of them with --features, or a
file that zoo classifier train has made, or any ONNX model that takes images
N×C×H×W in −1…1 and gives N×D. The names of measures then tell: "FID (LeNet of
mnist)", "FID (LeNet of mine.safetensors)", "FID (model)".`,
		Example: `  zoo evaluate catgan
  zoo evaluate wgangp --data mnist --json
  zoo evaluate wgangp --measures fid,kid --n 5000
  zoo evaluate model.onnx --data mnist
  zoo evaluate samples.npy --data mnist --n 5000
  zoo evaluate wgan-ring8-20260102-150405 --n 2500 --seed 7`,
		Args:              exactly("a run"),
		ValidArgsFunction: first(f.runIDs, true),
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
	intVar(flags, &o.N, "n", maxSamples, "samples to measure on; 10,000 images, 26,000 stacked ones or 2,500 points by default")
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "samples" { // what it is called where no other number is asked for
			name = "n"
		}
		return pflag.NormalizedName(name)
	})
	flags.Var(&value[[]string]{p: &o.Measures, kind: "names", parse: parseMeasures, show: func(names []string) string { return strings.Join(names, ",") }},
		"measures", "measures to take, by name; all that the data allows by default")
	must(cmd.RegisterFlagCompletionFunc("measures", fixed(measureNames()...)))
	flags.StringVar(&o.Features, "features", "", "`classifier` whose features to measure images in: a name, a .safetensors file or an ONNX model")
	flags.Uint64Var(&o.Seed, "seed", defaultSeed, "seed of the samples")
	flags.StringVar(&o.Checkpoint, "from", "", "checkpoint `file` of the run; its last one by default")
	intVar(flags, &o.Threads, "threads", maxThreads, "threads to compute with; all cores by default")
	o.Model.flags(cmd)
	return cmd
}

func runEvaluate(ctx context.Context, o *evaluateOptions) error {
	if slices.Contains(o.Measures, ownMeasures) && !isRun(o.Run) {
		return fault.New(fault.Usage, fmt.Sprintf("%s cannot be measured: only a run has its variant at hand", ownMeasures), "--measures", "leave it out")
	}
	begun := o.f.Now()
	src, err := openGenerator(ctx, o.f, o.Run, o.Checkpoint, o.Model, o.Threads)
	if err != nil {
		return err
	}
	defer src.Close()
	dataset, err := o.dataset(ctx, src)
	if err != nil {
		return err
	}
	measures, err := o.measure(ctx, src, dataset)
	if err != nil {
		return err
	}
	return o.report(src, dataset, measures, o.f.Now().Sub(begun))
}

// measure takes the measures on samples, and those that only the plugin knows
// unless others are asked for.
func (o *evaluateOptions) measure(ctx context.Context, src *source, d zoo.Dataset) (measures []measured, err error) {
	if !slices.Equal(o.Measures, []string{ownMeasures}) {
		if measures, err = o.sampleMeasures(ctx, src, d); err != nil {
			return nil, err
		}
	}
	if o.Measures != nil && !slices.Contains(o.Measures, ownMeasures) {
		return measures, nil
	}
	own, err := src.Evaluate(ctx, &zoo.EvaluateRequest{Checkpoint: src.checkpoint, Dataset: d, Seed: o.Seed, Threads: o.Threads})
	if err != nil {
		return nil, err
	}
	for _, m := range own.Measures {
		measures = append(measures, ofMeasure(m))
	}
	return measures, nil
}

// dataset is what to measure against: the data named, or the run's own.
func (o *evaluateOptions) dataset(ctx context.Context, src *source) (zoo.Dataset, error) {
	if o.Data.Name == "" && !isRun(o.Run) {
		return zoo.Dataset{}, usagef("name it, like --data mnist", "%s does not say what data to measure it against", o.Run)
	}
	if o.Data.Name == "" {
		return recordedData(ctx, o.f, src.run.ID, src.run.Dataset)
	}
	trained := src.run.Dataset
	o.Data.like = &trained
	d, err := o.Data.resolve(ctx, o.f)
	if err != nil {
		return d, err
	}
	if d.Kind != trained.Kind || extents(d.Shape) != extents(trained.Shape) {
		mend := "choose data of the same shape"
		if isRun(o.Run) {
			mend += ", or leave --data out"
		}
		return d, fault.New(fault.Data, fmt.Sprintf("%s is of %s, and this data has %s", src.run.ID, describeKind(trained), describeKind(d)), d.Name, mend)
	}
	return d, nil
}

func (o *evaluateOptions) report(src *source, d zoo.Dataset, measures []measured, took time.Duration) error {
	if o.f.JSON {
		return o.f.IO.JSON(struct {
			Run        string        `json:"run"`
			Checkpoint string        `json:"checkpoint"`
			Data       string        `json:"data"`
			Features   *seenFeatures `json:"features,omitempty"`
			Samples    int           `json:"samples"`
			Seed       uint64        `json:"seed"`
			Seconds    float64       `json:"seconds"`
			Measures   []measured    `json:"measures"`
		}{src.run.ID, src.checkpoint, d.Name, o.seen, o.N, o.Seed, took.Seconds(), measures})
	}
	samples := ""
	if o.N > 0 { // none are drawn for what only the variant knows
		samples = fmt.Sprintf("%s of seed %d, ", text.Plural(int64(o.N), "sample", "samples"), o.Seed)
	}
	o.f.advise("%s (%s) on %s, %s%s", src.run.ID, filepath.Base(src.checkpoint), d.Name, samples, text.Duration(took))
	table := o.f.IO.Table("MEASURE", ">VALUE", ">REAL", "BETTER", "HOW")
	for _, m := range measures {
		value := figure(m.Value)
		if m.SD != nil {
			value += " ± " + figure(m.SD)
		}
		real := "-"
		if m.Real != nil {
			real = figure(m.Real) + unit(m.Unit)
		}
		table.Row(m.Name, value+unit(m.Unit), real, m.Better, m.Note)
	}
	return table.Print()
}

// figure writes a value that JSON may not be able to carry.
func figure(v *float64) string {
	if v == nil {
		return "not finite"
	}
	return text.Figure(*v)
}

// measuresHelp lists the measures, a line each.
func measuresHelp() string {
	var b strings.Builder
	for _, m := range metrics.Catalogue {
		fmt.Fprintf(&b, "  %-12s%s\n", m.Name, m.Doc)
	}
	fmt.Fprintf(&b, "  %-12s%s\n", ownMeasures, "what only the variant knows: its losses, a classification error")
	return b.String()
}
