package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/cli/progress"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/picture"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// defaultSeed is the seed of everything that is not given one, so that a
// command without --seed can be repeated too.
const defaultSeed = 1

// train runs a training or the rest of one, shows it, and tells what to do next.
func train(ctx context.Context, f *Factory, o host.TrainOptions) error {
	h, err := f.Host()
	if err != nil {
		return err
	}
	f.reference = loadReference(o.Dataset)
	stop, release := f.Orderly()
	defer release()
	o.Stop = stop

	view := newTrainView(f)
	defer view.close()
	go f.announceStop(ctx, stop, view.ended, "stopping after this step")
	run, err := h.Train(ctx, o, view.event)
	view.close()
	switch {
	case err == nil:
		return view.finish(run)
	case fault.KindOf(err) == fault.Diverged:
		return f.explainDivergence(err, run)
	case run != nil:
		view.tellResume(run)
	}
	return err
}

// explainDivergence adds what the plugin does not say or cannot know: whether
// there is a checkpoint to go back to, and the command that samples from it.
func (f *Factory) explainDivergence(err error, run *host.Run) error {
	var diverged *fault.Error
	if !errors.As(err, &diverged) {
		return err
	}
	told := *diverged
	if told.Mend == "" {
		told.Mend = "try a smaller learning rate with --set, or another --seed"
	}
	if run != nil {
		if path, _ := run.LastCheckpoint(); path != "" {
			told.Mend += fmt.Sprintf("; the last good checkpoint is kept: zoo sample %s", f.nameOf(run))
		}
	}
	return &told
}

// trainView turns the stream of events into what the user sees.
type trainView struct {
	f        *Factory
	line     *progress.Training // nil: no progress
	previews bool
	shown    time.Time      // of the last preview
	unshown  *tensor.Tensor // the latest samples, when they were not previewed
	done     *zoo.Event     // the last event, once it came
	profile  *zoo.Event     // where the time went, when it was asked for
	started  bool
	from     int64 // the step it began at
	ended    chan struct{}
}

// previewEvery keeps previews from scrolling everything else away.
const previewEvery = 20 * time.Second

func newTrainView(f *Factory) *trainView {
	v := &trainView{f: f, ended: make(chan struct{})}
	// JSON lines and a live line on one terminal would tear each other.
	if !f.Quiet && !(f.JSON && f.IO.OutIsTTY()) {
		v.line = progress.NewTraining(f.IO)
		v.previews = f.IO.CanPreview()
	}
	return v
}

func (v *trainView) event(e *zoo.Event) {
	if v.f.JSON {
		v.f.IO.JSONLine(e) // an error is told in the end
	}
	switch e.Type {
	case zoo.Started:
		if !v.started {
			v.from = e.Step
		}
	case zoo.Done:
		v.done = e
	case zoo.Profiled:
		v.profile = e
	}
	if v.line == nil {
		return
	}
	switch e.Type {
	case zoo.Started:
		v.start(e)
	case zoo.Progress:
		v.line.Event(e)
	case zoo.Measured:
		for _, m := range e.Measures {
			fmt.Fprintf(v.f.IO.Err, "step %s · %s %s%s\n", text.Count(e.Step), m.Name, text.Figure(m.Value), unit(m.Unit))
		}
	case zoo.Sampled:
		v.sampled(e)
	case zoo.Warning:
		fmt.Fprintf(v.f.IO.Err, "%s %s\n", v.f.IO.ErrPalette().Yellow("warning:"), text.Printable(e.Message))
	}
}

// start opens the story. A plugin that was restarted starts again, in a line.
func (v *trainView) start(e *zoo.Event) {
	if v.started {
		fmt.Fprintf(v.f.IO.Err, "went on from step %s\n", text.Count(e.Step))
		return
	}
	v.started = true
	line := e.Run
	if c := e.Config; c != nil {
		line += fmt.Sprintf(": %s, batch %d, %s, seed %d", c.Arch, c.Batch, budget(*c), c.Seed)
	}
	fmt.Fprintln(v.f.IO.Err, line)
	if e.Message != "" {
		fmt.Fprintln(v.f.IO.Err, v.f.IO.ErrPalette().Faint(e.Message))
	}
}

// sampled previews samples, but not the noise of an untrained generator.
func (v *trainView) sampled(e *zoo.Event) {
	if !v.previews || e.Samples == nil || e.Step == 0 {
		return
	}
	v.unshown = e.Samples
	if time.Since(v.shown) >= previewEvery {
		v.preview()
	}
}

// previewTiles is how many images a preview puts in its one row.
const previewTiles = 10

// preview shows a row of samples in the terminal. What cannot be drawn is not
// worth a word here: the host has reported it where the picture belongs.
func (v *trainView) preview() {
	samples := v.unshown
	v.unshown, v.shown = nil, time.Now()
	columns := min(v.f.IO.ErrWidth()-1, 120)
	if len(samples.Shape) == 4 {
		n := min(previewTiles, samples.Shape[0])
		size := samples.Shape.Size() / samples.Shape[0]
		samples = tensor.Of(samples.Data[:n*size], append([]int{n}, samples.Shape[1:]...)...)
	} else {
		columns = min(columns, 48) // a scatter is square: half as many lines as columns
	}
	img, err := picture.Draw(samples, v.f.reference, previewTiles)
	if err != nil {
		return
	}
	var b bytes.Buffer
	if picture.Preview(&b, img, columns) == nil {
		v.f.IO.Err.Write(b.Bytes())
	}
}

// announceStop answers the first Ctrl-C at once: what is under way may take a
// moment to end.
func (f *Factory) announceStop(ctx context.Context, stop, ended <-chan struct{}, what string) {
	select {
	case <-stop:
		f.advise("%s; Ctrl-C again ends at once", what)
	case <-ctx.Done():
	case <-ended:
	}
}

func (v *trainView) close() {
	select {
	case <-v.ended:
		return
	default:
	}
	close(v.ended)
	if v.line != nil {
		v.line.Close()
	}
	if v.unshown != nil {
		v.preview()
	}
}

// finish sums the training up: where it lies, and what to do with it.
func (v *trainView) finish(run *host.Run) error {
	f := v.f
	if f.JSON {
		return nil
	}
	how := "trained"
	switch {
	case run.Status == zoo.Stopped:
		how = "stopped"
	case v.done != nil && v.from > 0 && v.done.Step == v.from:
		how = "had nothing left to do"
	}
	summary := fmt.Sprintf("%s %s: %s", run.Variant, how, text.Plural(lastStep(run), "step", "steps"))
	if v.done != nil && v.done.Elapsed > 0 {
		summary += " in " + text.Seconds(v.done.Elapsed)
	}
	if v.profile != nil {
		if err := printProfile(f.IO, v.profile); err != nil {
			return err
		}
	}
	fmt.Fprintf(f.IO.Out, "%s\nrun folder: %s\n", summary, displayPath(run.Dir))
	if run.Status == zoo.Stopped {
		v.tellResume(run)
		return nil
	}
	v.tellNext(run)
	return nil
}

func (v *trainView) tellResume(run *host.Run) {
	if path, _ := run.LastCheckpoint(); path != "" {
		v.f.advise("go on with:\n  zoo resume %s", v.f.nameOf(run))
	}
}

func (v *trainView) tellNext(run *host.Run) {
	grid := "--grid 8x8 "
	if run.Dataset.Kind == zoo.Points {
		grid = "--n 2500 "
	}
	v.f.advise(`try next:
  zoo sample %[1]s %[2]s--out samples.png
  zoo evaluate %[1]s
  zoo export %[1]s %[3]s.onnx`, v.f.nameOf(run), grid, run.Variant)
}

func unit(u string) string {
	switch u {
	case "", "%":
		return u
	}
	return " " + u
}

// displayPath is a path as the user would type it: relative where that is shorter.
func displayPath(path string) string {
	here, err := filepath.Abs(".")
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
