package cli

import (
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/picture"
	"github.com/ganzoo/ganzoo/internal/text"
)

type timelapseOptions struct {
	f      *Factory
	Ref    string
	Out    string
	Frames int
	Rows   int
	Delay  time.Duration
}

const (
	maxFrames = 1000
	maxRows   = 64
)

func newTimelapse(f *Factory, run func(*timelapseOptions) error) *cobra.Command {
	o := &timelapseOptions{f: f, Frames: 24, Delay: 250 * time.Millisecond}
	if run == nil {
		run = runTimelapse
	}
	cmd := &cobra.Command{
		Use:   "timelapse RUN OUT.gif",
		Short: "Show how a run's samples became what they are",
		Long: `Make an animation of the samples that a training drew as it went: the same
latents each time, so that every place in the grid shows one example growing.

The frames come closer together at the start, where most changes. A training
keeps more of them with a smaller --sample-every.`,
		Example: `  zoo timelapse wgangp digits.gif
  zoo timelapse wgangp digits.gif --rows 4 --frames 40`,
		Args:              exactly("a run", "an output file"),
		ValidArgsFunction: runThenFile(f.runIDs, "gif"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Ref, o.Out = args[0], args[1]
			if o.Delay < 20*time.Millisecond || o.Delay > time.Minute {
				return usagef("give a time between 20ms and 1m", "%v is no --delay", o.Delay)
			}
			if err := checkOutput(o.Out, ".gif"); err != nil {
				return err
			}
			return run(o)
		},
	}
	flags := cmd.Flags()
	intVar(flags, &o.Frames, "frames", maxFrames, "frames at most")
	intVar(flags, &o.Rows, "rows", maxRows, "rows of the grid to show; all by default")
	flags.DurationVar(&o.Delay, "delay", o.Delay, "`time` that each frame is shown")
	return cmd
}

func runTimelapse(o *timelapseOptions) error {
	h, err := o.f.Host()
	if err != nil {
		return err
	}
	run, err := h.FindRun(o.Ref)
	if err != nil {
		return err
	}
	frames, err := o.frames(run)
	if err != nil {
		return err
	}
	if err := picture.WriteGIF(o.Out, frames, o.Delay); err != nil {
		return err
	}
	if o.f.JSON {
		return o.f.IO.JSON(struct {
			Out    string `json:"out"`
			Run    string `json:"run"`
			Frames int    `json:"frames"`
		}{o.Out, run.ID, len(frames)})
	}
	fmt.Fprintf(o.f.IO.Out, "%s: %s of %s\n", o.Out, text.Plural(int64(len(frames)), "frame", "frames"), run.ID)
	return nil
}

// frames reads the run's pictures, as many as asked for. Those of another size
// than the newest, of a training with other settings, are left out.
func (o *timelapseOptions) frames(run *host.Run) ([]image.Image, error) {
	pictures, err := run.Pictures()
	if err != nil {
		return nil, err
	}
	if len(pictures) == 0 {
		return nil, fault.New(fault.NotFound, "the run has no pictures of samples", run.SamplesDir(), "train with a smaller --sample-every")
	}
	var frames []image.Image
	for _, i := range spaced(len(pictures), o.Frames) {
		img, err := readPNG(pictures[i].Path)
		if err != nil {
			return nil, err
		}
		if o.Rows > 0 && len(run.Dataset.Shape) == 3 {
			img = picture.FirstRows(img, run.Dataset.Shape[1], o.Rows)
		}
		frames = append(frames, img)
	}
	size := frames[len(frames)-1].Bounds().Size()
	same := frames[:0]
	for _, f := range frames {
		if f.Bounds().Size() == size {
			same = append(same, f)
		}
	}
	return same, nil
}

// spaced picks at most count of n places: the first, the last, and between them
// ever farther apart, by equal ratios.
func spaced(n, count int) []int {
	if n <= count {
		count = n
	}
	picked := make([]int, count)
	for k := 1; k < count; k++ {
		i := int(math.Round(math.Pow(float64(n), float64(k)/float64(count-1)))) - 1
		picked[k] = min(max(i, picked[k-1]+1), n-count+k)
	}
	if count == 1 {
		picked[0] = n - 1
	}
	return picked
}

func readPNG(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read a picture of the run", path, fault.ToRead(err))
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read a picture of the run", path, "remove it and run the command again")
	}
	return img, nil
}
