package gan

import (
	"fmt"
	"time"

	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

const (
	// progressTime is the pause between two Progress events.
	progressTime = 250 * time.Millisecond
	// sampleGrid is the number of samples shown, from latents that stay the same
	// over a run; pointSamples that of points, which need more to show a shape.
	sampleGrid   = 64
	pointSamples = 1024
	// sampleTimes is how often samples are shown over the budget when no cadence
	// is asked for, beside those of the first step.
	sampleTimes = 20
)

// reporter turns a training into events.
type reporter struct {
	t       *training
	sampler *sampler
	latents *tensor.Tensor
	emit    func(*zoo.Event) error

	before      time.Duration // training time of the parts resumed from
	start       time.Time
	beganShare  float64
	lastTime    time.Time // of the last Progress
	lastImages  int64     // at that time
	lastStep    int64     // then
	lastSampled int64     // step of the last Sampled
	lastPart    int       // of the sampleTimes parts of the budget, those spent then
}

func newReporter(t *training, s *sampler, emit func(*zoo.Event) error) *reporter {
	n := sampleGrid
	if t.model.Settings.Kind == zoo.Points {
		n = pointSamples
	}
	r := &reporter{
		t: t, sampler: s, emit: emit, latents: t.model.Latents("samples", t.config.Seed, n),
		before: t.archive.elapsed, start: time.Now(), lastTime: time.Now(), lastImages: t.images(),
		lastStep: t.counters.Step, lastSampled: -1,
	}
	r.beganShare = r.share()
	return r
}

// elapsed is the training time, resumed parts included.
func (r *reporter) elapsed() time.Duration { return r.before + time.Since(r.start) }

// share is the part of the budget that is spent.
func (r *reporter) share() float64 {
	return r.t.budget.spent(r.t.counters.Step, r.t.images(), r.elapsed())
}

// parts counts the sampleTimes parts of the budget that are spent. The small
// term makes 3/20 of a budget of 100 steps end at step 15, not 16.
func (r *reporter) parts() int { return int(r.share()*sampleTimes + 1e-9) }

// event starts an event with what all of them tell.
func (r *reporter) event(kind zoo.EventType) *zoo.Event {
	t := r.t
	return &zoo.Event{
		Type: kind, Time: time.Now(), Step: t.counters.Step, Steps: t.budget.steps,
		Epoch:   float64(t.images()) / float64(t.feed.all.Count),
		Elapsed: r.elapsed().Seconds(), Images: t.images(),
	}
}

func (r *reporter) started() error {
	t := r.t
	e := r.event(zoo.Started)
	e.Config = &t.config
	e.Codes = t.model.Settings.codes
	e.Message = fmt.Sprintf("generator %d parameters, discriminator %d parameters", t.model.G.Parameters(), t.model.D.Parameters())
	if err := r.emit(e); err != nil {
		return err
	}
	if p := t.model.Settings.Precision(); p.Emulated() {
		e := r.event(zoo.Warning)
		e.Message = fmt.Sprintf("this processor has no instructions for %v: float32 would be many times as fast", p)
		if err := r.emit(e); err != nil {
			return err
		}
	}
	return r.samples()
}

// report emits Progress and Sampled when they are due.
func (r *reporter) report() error {
	if time.Since(r.lastTime) >= progressTime {
		if err := r.progress(); err != nil {
			return err
		}
	}
	if r.sampleDue() {
		return r.samples()
	}
	return nil
}

func (r *reporter) sampleDue() bool {
	if every := r.t.config.SampleEvery; every > 0 {
		return r.t.counters.Step%every == 0
	}
	return r.parts() > r.lastPart
}

func (r *reporter) progress() error {
	t := r.t
	e := r.event(zoo.Progress)
	e.Losses = map[string]float64{"d": t.d.Loss(), "g": t.g.Loss()}
	for _, p := range []*Program{t.d, t.g} {
		for _, name := range p.Reports {
			e.Losses[name] = p.Term(name)
		}
	}
	now := time.Now()
	e.ImagesPerSecond = float64(t.images()-r.lastImages) / now.Sub(r.lastTime).Seconds()
	if done := r.share() - r.beganShare; done > 0 {
		e.Remaining = max(0, (1-r.share())/done*now.Sub(r.start).Seconds())
	}
	r.lastTime, r.lastImages, r.lastStep = now, t.images(), t.counters.Step
	return r.emit(e)
}

func (r *reporter) samples() error {
	samples, err := r.sampler.Sample(r.latents, nil)
	if err != nil {
		return err
	}
	e := r.event(zoo.Sampled)
	e.Samples = samples
	r.lastSampled = r.t.counters.Step
	r.lastPart = r.parts()
	return r.emit(e)
}

func (r *reporter) checkpoint(path string) error {
	e := r.event(zoo.Checkpoint)
	e.Checkpoint = path
	return r.emit(e)
}

// done ends the story, with the last losses and, if training ended well, the
// last samples.
func (r *reporter) done(reason, message string) error {
	if reason != zoo.Diverged && r.lastStep != r.t.counters.Step {
		if err := r.progress(); err != nil {
			return err
		}
	}
	if reason != zoo.Diverged && r.lastSampled != r.t.counters.Step {
		if err := r.samples(); err != nil {
			return err
		}
	}
	if r.t.profiler != nil {
		e := r.event(zoo.Profiled)
		e.Profile = r.t.profiler.result()
		if err := r.emit(e); err != nil {
			return err
		}
	}
	e := r.event(zoo.Done)
	e.Reason, e.Message, e.Checkpoint = reason, message, r.t.archive.newest
	return r.emit(e)
}
