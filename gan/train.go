package gan

import (
	"context"
	"errors"
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// training is a run under way.
type training struct {
	variant *Variant
	model   *Model
	config  zoo.Config
	origin  origin
	feed    *feed
	pool    *kernel.Pool
	d, g    *Program

	counters counters
	budget   budget
	watch    watch
	archive  *archive
	reporter *reporter
	profiler *profiler // nil unless asked for
}

// train answers the contract's Train.
func (v *Variant) train(ctx context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	t, err := v.newTraining(req, emit)
	if err != nil {
		return err
	}
	defer t.close()
	return t.run(ctx, req.Stop)
}

// newTraining makes all that a training needs, and takes up the state of the
// checkpoint to resume from.
func (v *Variant) newTraining(req *zoo.TrainRequest, emit func(*zoo.Event) error) (*training, error) {
	m, config, err := NewModel(v, req.Config, &req.Dataset)
	if err != nil {
		return nil, err
	}
	t := &training{
		variant: v, model: m, config: config, origin: originOf(&req.Dataset),
		budget:  newBudget(&config, req.Dataset.Count),
		archive: newArchive(req.RunDir, config.CheckpointEvery),
	}
	if req.Resume != "" {
		if err := t.resume(req.Resume); err != nil {
			return nil, err
		}
	}
	if t.feed, err = openFeed(m.Settings, &req.Dataset); err != nil {
		return nil, err
	}
	t.pool = kernel.NewPool(config.Threads)
	if err := t.build(emit); err != nil {
		t.close()
		return nil, err
	}
	if req.Profile {
		t.profiler = newProfiler(t.pool.Threads(), t.d, t.g)
	}
	return t, nil
}

// build makes the two step graphs and the one that samples. As they take turns,
// they share the memory of their values.
func (t *training) build(emit func(*zoo.Event) error) error {
	room, err := t.model.roomForSteps()
	if err != nil {
		return err
	}
	scratch := new(graph.Scratch)
	step := func(build func(StepOptions) (*Program, error)) (p *Program) {
		if err != nil {
			return nil
		}
		var failed error
		misuse := graph.Catch(func() {
			p, failed = build(StepOptions{
				Pool: t.pool, Seed: t.config.Seed, MaxBytes: room.limit(), Scratch: scratch, Precision: t.model.Settings.Precision(),
			})
		})
		err = errors.Join(misuse, room.explain(failed))
		return p
	}
	t.d, t.g = step(t.model.DiscriminatorStep), step(t.model.GeneratorStep)
	if err != nil {
		return err
	}
	sampler, err := newSampler(t.model, sampleBatch, false, t.pool, scratch)
	if err != nil {
		return err
	}
	t.reporter = newReporter(t, sampler, emit)
	return nil
}

func (t *training) resume(path string) error {
	s, err := load(path, t.variant)
	if err != nil {
		return err
	}
	if err := s.checkSame(identityOf(&t.config), t.origin); err != nil {
		return err
	}
	t.counters = s.counters
	t.archive.elapsed = readClock(path)
	t.archive.last = s.counters.Step
	return s.restore(t.model)
}

func (t *training) close() {
	t.feed.close()
	t.pool.Close()
}

// run trains until the budget is spent, stop is closed, ctx ends or the losses
// are beyond hope.
func (t *training) run(ctx context.Context, stop <-chan struct{}) error {
	r := t.reporter
	if err := r.started(); err != nil {
		return err
	}
	for {
		switch {
		case ctx.Err() != nil:
			return fault.Wrap(fault.Canceled, context.Cause(ctx), "the training was cancelled", "", "")
		case closed(stop):
			return t.finish(zoo.Stopped)
		case r.share() >= 1:
			return t.finish(zoo.Completed)
		}
		if err := t.step(ctx); err != nil {
			return err
		}
		if ctx.Err() != nil {
			continue
		}
		if err := t.watch.check(t.counters.Step, t.d.Loss(), t.g.Loss()); err != nil {
			return t.diverge(err)
		}
		if t.archive.due(t.counters.Step, r.elapsed()) {
			if err := t.keep(); err != nil {
				return t.diverge(err)
			}
		}
		if err := r.report(); err != nil {
			return err
		}
	}
}

// step is one generator update with the discriminator updates before it. When
// ctx ends it leaves off between two updates.
func (t *training) step(ctx context.Context) error {
	defer t.profiler.step()()
	for range t.criticSteps() {
		if ctx.Err() != nil {
			return nil
		}
		t.feed.fill(t.d, t.counters.Critic)
		t.d.Run(t.counters.Critic)
		t.counters.Critic++
	}
	t.feed.fill(t.g, t.counters.Step)
	t.g.Run(t.counters.Step)
	t.counters.Step++
	return nil
}

func (t *training) criticSteps() int {
	if t.variant.CriticSteps != nil {
		return t.variant.CriticSteps(t.model.Settings, t.counters.Step)
	}
	return t.model.Settings.Int("n_critic")
}

// images counts the real examples that the discriminator has seen.
func (t *training) images() int64 { return t.counters.Critic * int64(t.config.Batch) }

// keep writes a checkpoint, if the weights are worth it.
func (t *training) keep() error {
	if err := checkWeights(t.counters.Step, t.model.Variables()); err != nil {
		return err
	}
	path, err := t.archive.write(t.counters.Step, t.reporter.elapsed(), func(path string) error {
		return save(path, t.model, identityOf(&t.config), t.origin, t.counters)
	})
	if err != nil {
		return err
	}
	return t.reporter.checkpoint(path)
}

// finish keeps the last state and says why the training ends.
func (t *training) finish(reason string) error {
	if t.archive.last != t.counters.Step || t.archive.newest == "" {
		if err := t.keep(); err != nil {
			return t.diverge(err)
		}
	}
	return t.reporter.done(reason, "")
}

// diverge ends a training that has left the rails: the last good checkpoint
// stays the newest. Other errors pass through.
func (t *training) diverge(err error) error {
	if fault.KindOf(err) != fault.Diverged {
		return err
	}
	if failed := t.reporter.done(zoo.Diverged, err.Error()); failed != nil {
		return fmt.Errorf("%w (%v)", err, failed)
	}
	return err
}

// closed reports whether the channel, which may be nil, is closed.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
