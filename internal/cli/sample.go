package cli

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/internal/picture"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

type sampleOptions struct {
	f           *Factory
	Run         string
	Checkpoint  string
	N           int
	Seed        uint64
	Grid        grid
	Out         string
	Latents     string
	SaveLatents string
	Labels      labelList
	Codes       []codeValue
	Interpolate seedPair
	Frames      int
	Raw         bool
	Threads     int
	Model       modelOptions
}

const (
	defaultSamples = 64
	defaultPoints  = metrics.ModesSamples
	defaultFrames  = 10
	maxPictures    = 10_000 // in one PNG
)

func newSample(f *Factory, run func(context.Context, *sampleOptions) error) *cobra.Command {
	o := &sampleOptions{f: f}
	if run == nil {
		run = runSample
	}
	cmd := &cobra.Command{
		Use:   "sample RUN|MODEL.onnx",
		Short: "Draw samples from a trained generator",
		Long: `Draw samples from the generator of a run's last checkpoint.

The name of --out decides what is written: .png a grid of the images, or a
scatter of the points; .npy the numbers themselves, float32, N×C×H×W in −1…1 or
N×2. The same seed gives the same samples.

An ONNX model, from zoo export or from any other tool, may stand in the place of
the run. Its latents are drawn as a run's are; a pixel range other than −1…1 is
known from the model's metadata or its last operator.

--interpolate walks from the latents of one seed to those of another on the arc
between them; --grid 4x10 then makes four walks of ten frames.

--label says of what class a conditional variant's samples are to be, --code
sets a code of a variant that has them, like infogan: a category by its number,
or a number from −1…1. A range a..b goes over the columns of the grid, a second
one over its rows, and what is not set stays the same meanwhile.`,
		Example: `  zoo sample wgangp --grid 8x8 --seed 7 --out grid.png
  zoo sample wgangp --n 10000 --out samples.npy --save-latents z.npy
  zoo sample wgangp --latents z.npy --out again.npy
  zoo sample wgangp --interpolate 3,7 --grid 6x12 --out walk.png
  zoo sample cgan --label 0..9 --grid 8x10 --out classes.png
  zoo sample infogan --code c1=0..9 --code c2=-1..1 --out codes.png
  zoo sample model.onnx --grid 8x8 --out grid.png`,
		Args:              exactly("a run"),
		ValidArgsFunction: first(f.runIDs, true),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Run = args[0]
			if err := o.check(cmd); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	intVar(flags, &o.N, "n", maxSamples, "how many samples; 64 by default, 2,500 of points")
	flags.Uint64Var(&o.Seed, "seed", defaultSeed, "seed of the latents")
	gridVar(flags, &o.Grid, "grid", "rows and columns of the picture, like 8x8")
	flags.StringVarP(&o.Out, "out", "o", "", "`file` to write, .png or .npy; samples.png by default")
	flags.StringVar(&o.Latents, "latents", "", "sample from the latents in this .npy `file` (float32, N×latent)")
	flags.StringVar(&o.SaveLatents, "save-latents", "", "write the latents to this .npy `file`")
	labelListVar(flags, &o.Labels, "label", "class to sample, of a conditional variant: 7; several in turn: 0,1,2 or 0-9; over the columns: 0..9")
	flags.Var(codeFlag{&o.Codes}, "code", "value of a code: c1=3; over the columns or the rows: c2=-1..1; may be repeated")
	seedPairVar(flags, &o.Interpolate, "interpolate", "walk from the latents of seed A to those of seed B")
	intVar(flags, &o.Frames, "steps", maxGridSide, "frames of a walk; 10 by default")
	flags.BoolVar(&o.Raw, "raw", false, "the weights as trained last, not their average")
	flags.StringVar(&o.Checkpoint, "from", "", "checkpoint `file` of the run; its last one by default")
	intVar(flags, &o.Threads, "threads", maxThreads, "threads to compute with; all cores by default")
	o.Model.flags(cmd)
	must(cmd.MarkFlagFilename("out", "png", "npy"))
	must(cmd.MarkFlagFilename("latents", "npy"))
	must(cmd.MarkFlagFilename("save-latents", "npy"))
	return cmd
}

// check refuses flags that contradict each other and outputs that could not be
// written, before anything is computed.
func (o *sampleOptions) check(cmd *cobra.Command) error {
	given := cmd.Flags().Changed
	if o.Out == "" {
		o.Out = "samples.png"
	}
	for _, pair := range [][2]string{
		{"latents", "n"}, {"latents", "seed"}, {"latents", "interpolate"},
		{"interpolate", "n"}, {"interpolate", "seed"}, {"grid", "steps"},
	} {
		if given(pair[0]) && given(pair[1]) && !(pair[0] == "grid" && !o.Interpolate.Given) {
			return usagef("give one of them", "--%s and --%s exclude each other", pair[0], pair[1])
		}
	}
	if o.Frames > 0 && !o.Interpolate.Given {
		return usagef("add --interpolate 3,7, or ask for samples with --n", "--steps counts the frames of a walk, and there is none")
	}
	if o.Grid != (grid{}) && o.N > o.Grid.Rows*o.Grid.Cols {
		return usagef("ask for fewer samples or a larger grid", "%d samples do not fit in a grid of %dx%d", o.N, o.Grid.Rows, o.Grid.Cols)
	}
	if o.Interpolate.Given && o.Grid == (grid{}) {
		if o.Frames == 0 {
			o.Frames = defaultFrames
		}
		o.Grid = grid{1, o.Frames}
	}
	if o.Interpolate.Given && o.Grid.Cols < 2 {
		return usagef("give it two frames or more", "a walk needs its two ends")
	}
	if n := o.Grid.Rows * o.Grid.Cols; n > maxSamples {
		return usagef(fmt.Sprintf("%d at most", maxSamples), "a grid of %dx%d holds too many samples", o.Grid.Rows, o.Grid.Cols)
	}
	if err := checkOutput(o.Out, ".png", ".npy"); err != nil {
		return err
	}
	if o.SaveLatents != "" {
		return checkOutput(o.SaveLatents, ".npy")
	}
	return nil
}

func runSample(ctx context.Context, o *sampleOptions) error {
	src, err := openGenerator(ctx, o.f, o.Run, o.Checkpoint, o.Model, o.Threads)
	if err != nil {
		return err
	}
	defer src.Close()
	latents, err := o.latents(ctx, src)
	if err != nil {
		return err
	}
	samples, err := src.Sample(ctx, &zoo.SampleRequest{
		Checkpoint: src.checkpoint,
		N:          latents.Shape[0],
		Seed:       o.Seed,
		Latents:    latents,
		Labels:     o.Labels.List,
		Threads:    o.Threads,
		Raw:        o.Raw,
	})
	if err != nil {
		return err
	}
	if o.SaveLatents != "" {
		if err := npy.WriteFile(o.SaveLatents, latents.Shape, latents.Data); err != nil {
			return err
		}
	}
	if err := o.write(src.run, samples); err != nil {
		return err
	}
	return o.report(src, samples)
}

// fill sets what was left open, now that the run is known.
func (o *sampleOptions) fill(src *source) error {
	if o.N == 0 {
		switch {
		case o.Grid != (grid{}):
			o.N = o.Grid.Rows * o.Grid.Cols
		case src.run.Dataset.Kind == zoo.Points:
			o.N = defaultPoints
		default:
			o.N = defaultSamples
		}
	}
	if o.pictures() && o.N > maxPictures && src.run.Dataset.Kind == zoo.Images {
		return usagef("write them to a .npy file, or ask for fewer", "%s images are too many for one PNG", text.Count(int64(o.N)))
	}
	return nil
}

func (o *sampleOptions) pictures() bool { return strings.EqualFold(filepath.Ext(o.Out), ".png") }

func (o *sampleOptions) write(run *host.Run, samples *tensor.Tensor) error {
	if !o.pictures() {
		return npy.WriteFile(o.Out, samples.Shape, samples.Data)
	}
	img, err := picture.Draw(samples, loadReference(run.Dataset), o.Grid.Cols)
	if err != nil {
		return err
	}
	if err := picture.WritePNG(o.Out, img); err != nil {
		return err
	}
	if o.f.IO.CanPreview() && !o.f.Quiet && !o.f.JSON {
		// Half as many lines as columns, at most, for the usual square.
		var b bytes.Buffer
		if picture.Preview(&b, img, min(64, o.f.IO.ErrWidth()-1)) == nil {
			o.f.IO.Err.Write(b.Bytes())
		}
	}
	return nil
}

func (o *sampleOptions) report(src *source, samples *tensor.Tensor) error {
	if o.f.JSON {
		return o.f.IO.JSON(struct {
			Run        string  `json:"run"`
			Checkpoint string  `json:"checkpoint"`
			Out        string  `json:"out"`
			Shape      []int   `json:"shape"`
			Seed       *uint64 `json:"seed,omitempty"`
			Labels     []int64 `json:"labels,omitempty"`
			Latents    string  `json:"latents,omitempty"`
		}{src.run.ID, src.checkpoint, o.Out, samples.Shape, o.seedUsed(), o.Labels.List, o.SaveLatents})
	}
	what := "seed " + fmt.Sprint(o.Seed)
	switch {
	case o.Latents != "":
		what = "latents of " + o.Latents
	case o.Interpolate.Given:
		what = fmt.Sprintf("from seed %d to %d", o.Interpolate.From, o.Interpolate.To)
	}
	_, err := fmt.Fprintf(o.f.IO.Out, "%s: %s of %s, %s (%s)\n", o.Out,
		text.Plural(int64(samples.Shape[0]), "sample", "samples"), src.run.ID, what, filepath.Base(src.checkpoint))
	return err
}

func (o *sampleOptions) seedUsed() *uint64 {
	if o.Latents != "" || o.Interpolate.Given {
		return nil
	}
	return &o.Seed
}
