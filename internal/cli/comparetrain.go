package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/cli/progress"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/zoo"
)

// trainer trains and measures the cells of a comparison.
type trainer struct {
	f        *Factory
	c        *versus.Folder
	threads  int
	stop     <-chan struct{}
	line     *progress.Comparison  // nil: none is shown
	hosts    map[string]*host.Host // by data: pictures of points show the data under them
	datasets map[string]zoo.Dataset
	measures map[string][]string          // by data
	seenWith map[string]metrics.Extractor // by data; none: the classifier that comes with it
}

// newTrainer looks everything up that the plan names, and refuses what cannot be
// trained or measured before anything is.
func newTrainer(ctx context.Context, o *compareOptions, c *versus.Folder) (*trainer, error) {
	t := &trainer{
		f: o.f, c: c, threads: threadsOfJob(o.Jobs),
		hosts: map[string]*host.Host{}, datasets: map[string]zoo.Dataset{}, measures: map[string][]string{}, seenWith: map[string]metrics.Extractor{},
	}
	variants, err := t.variants()
	if err != nil {
		return nil, err
	}
	conditional := !slices.ContainsFunc(variants, func(v *host.Variant) bool { return !isConditional(v, &zoo.Config{Params: c.Plan.Params}) })
	known, err := c.Datasets()
	if err != nil {
		return nil, err
	}
	for _, name := range c.Plan.Data {
		d, err := t.dataset(ctx, name, known, o.goesOn())
		if err != nil {
			return nil, err
		}
		t.datasets[name] = d
		if o.extractor != nil {
			if t.seenWith[name], err = o.extractor(ctx, resolvedData(d)); err != nil {
				return nil, err
			}
		}
		if t.measures[name], err = measuresOf(d, c.Plan.Measures, conditional); err != nil {
			return nil, err
		}
		reference := loadReference(d)
		t.hosts[name], err = o.f.newHost(c.RunsDir(), func(path string, e *zoo.Event) error { return drawSamples(path, e, reference) })
		if err != nil {
			return nil, err
		}
		if err := t.admitData(variants, &d); err != nil {
			return nil, err
		}
	}
	if len(known) > 0 { // they have begun with these settings
		return t, nil
	}
	return t, t.ask(ctx, variants)
}

// dataset makes data of the plan ready: the same that the comparison began with,
// where it is known. A name that is not read from the plan itself must mean that.
func (t *trainer) dataset(ctx context.Context, name string, known map[string]zoo.Dataset, fromPlan bool) (zoo.Dataset, error) {
	p := &t.c.Plan
	recorded, ok := known[name]
	if !ok {
		said := dataOptions{Name: name, Size: p.Size, Grey: p.Grey, Colour: p.Colour, Background: data.Background(p.Background), Zoom: p.Zoom}
		return said.resolve(ctx, t.f)
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return recorded, err
	}
	if !fromPlan && recorded.Name != name && recorded.Name != path {
		return recorded, usagef("give this one a folder of its own with --out", "the comparison in %s is of %s in %s", t.c.Dir, name, recorded.Name)
	}
	return recordedData(ctx, t.f, "this comparison", recorded)
}

// config is a cell's training.
func (t *trainer) config(cell versus.Cell) zoo.Config {
	p := &t.c.Plan
	c := zoo.Config{
		Batch: p.Batch, Steps: p.Steps, Time: p.Time, Seed: cell.Seed, Threads: t.threads,
		Arch: p.Arch, Labels: p.Labels, CheckpointEvery: p.Every, SampleEvery: p.Every, Params: p.Params,
	}
	if p.Images > 0 {
		c.Epochs = float64(p.Images) / float64(t.datasets[cell.Data].Count)
	}
	return c
}

// train is the comparison's worker: it trains a cell from where it was stopped,
// and measures what the training left behind.
func (t *trainer) train(ctx context.Context, r *versus.Result) error {
	h := t.hosts[r.Data]
	o := host.TrainOptions{Variant: r.Variant, Dataset: t.datasets[r.Data], Config: t.config(r.Cell), Stop: t.stop}
	run, err := t.earlier(r)
	if err != nil {
		return err
	}
	if run == nil || run.Status != zoo.Completed {
		o.Resume = run
		if run, err = t.follow(ctx, h, o, r); err != nil {
			return err
		}
		if run.Status == zoo.Stopped {
			return versus.ErrStopped
		}
	}
	t.dropStops(r)
	if t.line != nil {
		t.line.Measuring(r.Name())
	}
	if err := t.measure(ctx, h, run, r); err != nil {
		return err
	}
	if err := os.RemoveAll(t.c.SnapshotsDir(r.Cell)); err != nil {
		return fault.Wrap(fault.IO, err, "cannot remove what was measured", t.c.SnapshotsDir(r.Cell), fault.ToWrite(err))
	}
	return nil
}

// dropStops forgets the moments that are there because the training was stopped,
// so that all seeds have the same ones.
func (t *trainer) dropStops(r *versus.Result) {
	every, end := t.c.Plan.Every, len(r.Moments)-1
	if every == 0 || end < 0 {
		return
	}
	last := r.Moments[end]
	r.Moments = slices.DeleteFunc(r.Moments[:end], func(m versus.Moment) bool { return m.Step%every != 0 })
	r.Moments = append(r.Moments, last)
}

// earlier is the cell's run as it was left, or nil when there is nothing to go on
// from: then what there is of it is cleared away.
func (t *trainer) earlier(r *versus.Result) (*host.Run, error) {
	if r.Run != "" && r.State != versus.Failed {
		run, err := runs.Open(filepath.Join(t.c.RunsDir(), r.Run))
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if err == nil {
			if path, _ := run.LastCheckpoint(); path != "" {
				return run, nil
			}
		}
	}
	if r.Run != "" {
		if err := os.RemoveAll(filepath.Join(t.c.RunsDir(), filepath.Base(r.Run))); err != nil {
			return nil, fault.Wrap(fault.IO, err, "cannot remove a run that failed", r.Run, fault.ToWrite(err))
		}
	}
	*r = versus.Result{Cell: r.Cell}
	snapshots := t.c.SnapshotsDir(r.Cell)
	if err := os.RemoveAll(snapshots); err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot remove old snapshots", snapshots, fault.ToWrite(err))
	}
	return nil, nil
}

// follow trains, notes the run's name as soon as it has one, and keeps each
// checkpoint until it is measured: the run folder only has the last few.
func (t *trainer) follow(ctx context.Context, h *host.Host, o host.TrainOptions, r *versus.Result) (*host.Run, error) {
	snapshots := t.c.SnapshotsDir(r.Cell)
	if err := os.MkdirAll(snapshots, 0o755); err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot make a folder for snapshots", snapshots, "choose a folder that you may write to with --out")
	}
	var trouble error
	run, err := h.Train(ctx, o, func(ev *zoo.Event) {
		if r.Run == "" {
			r.Run, r.State = ev.Run, versus.Started
			trouble = errors.Join(trouble, t.c.Save(r))
		}
		if t.line != nil {
			t.line.Event(r.Name(), ev)
		}
		switch ev.Type {
		case zoo.Checkpoint:
			trouble = errors.Join(trouble, t.snapshot(snapshots, ev, r))
		case zoo.Warning:
			t.f.advise("%s %s: %s", t.f.IO.ErrPalette().Yellow("warning:"), r.Name(), text.Printable(ev.Message))
		}
	})
	if err != nil {
		return nil, err
	}
	return run, trouble
}

// snapshot notes a moment and keeps its checkpoint.
func (t *trainer) snapshot(dir string, ev *zoo.Event, r *versus.Result) error {
	// Going on from an earlier checkpoint passes the moments after it once more.
	i := slices.IndexFunc(r.Moments, func(m versus.Moment) bool { return m.Step >= ev.Step })
	if i >= 0 {
		r.Moments = r.Moments[:i]
	}
	path := snapshotPath(dir, ev.Step)
	os.Remove(path)
	if os.Link(ev.Checkpoint, path) != nil {
		err := copyFile(path, ev.Checkpoint)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a plugin far ahead of its events has dropped it: a moment fewer
		}
		if err != nil {
			return err
		}
	}
	r.Moments = append(r.Moments, versus.Moment{Step: ev.Step, Images: ev.Images, Seconds: ev.Elapsed})
	return t.c.Save(r)
}

func copyFile(to, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return fault.Wrap(fault.IO, err, "cannot keep a checkpoint", from, fault.ToWrite(err))
	}
	defer f.Close()
	return atomicfile.Write(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

func snapshotPath(dir string, step int64) string {
	return filepath.Join(dir, fmt.Sprintf("step-%08d.safetensors", step))
}
