package main

import (
	"runtime"
	"strconv"
	"time"

	"github.com/ganzoo/ganzoo/bench/step"
	"github.com/ganzoo/ganzoo/plugins"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// axis is a quantity that grows while the rest stays.
type axis struct {
	name   string
	values []int
	archs  []string // a curve each, for one thread and for all
	config func(arch string, value int) (zoo.Config, []int)
}

const (
	usualBatch = 64
	greySide   = 28
)

var axes = []axis{
	{"batch", []int{16, 32, 64, 128, 256, 512}, []string{"mlp", "slim28", "dcgan28"},
		func(arch string, batch int) (zoo.Config, []int) {
			return zoo.Config{Arch: arch, Batch: batch}, []int{1, greySide, greySide}
		}},
	{"width", []int{32, 64, 128, 256}, []string{"mlp", "slim28"},
		func(arch string, width int) (zoo.Config, []int) {
			return zoo.Config{Arch: arch, Batch: usualBatch, Params: map[string]string{"width": strconv.Itoa(width)}},
				[]int{1, greySide, greySide}
		}},
	{"side", []int{28, 32, 64}, []string{"dcgan"},
		func(arch string, side int) (zoo.Config, []int) {
			return zoo.Config{Arch: arch + strconv.Itoa(side), Batch: usualBatch}, []int{3, side, side}
		}},
}

// point is one measured step.
type point struct {
	arch    string
	threads int
	value   int

	training *step.Training
	pool     *kernel.Pool
	seconds  float64 // of a step, the best seen
	share    float64 // of the peak
}

// measure takes steps at every point, in turns.
func (a axis) measure(rounds int, clock time.Duration) ([]*point, error) {
	points, err := a.points()
	if err != nil {
		return nil, err
	}
	peak := map[int]float64{}
	for range rounds {
		for _, p := range points {
			peak[p.threads] = max(peak[p.threads], kernel.PeakGFLOPS(p.threads))
			p.measure(clock)
		}
	}
	for _, p := range points {
		if peak[p.threads] > 0 {
			p.share = 2 * float64(p.training.MACs()) / p.seconds / 1e9 / peak[p.threads]
		}
		p.pool.Close()
	}
	return points, nil
}

func (a axis) points() ([]*point, error) {
	var points []*point
	for _, arch := range a.archs {
		for threads := 1; threads <= runtime.NumCPU(); threads *= 2 {
			for _, value := range a.values {
				c, shape := a.config(arch, value)
				p := &point{arch: arch, threads: threads, value: value, pool: kernel.NewPool(threads)}
				var err error
				if p.training, err = step.New(plugins.Find("wgangp"), c, shape, p.pool); err != nil {
					return nil, err
				}
				points = append(points, p)
			}
		}
	}
	return points, nil
}

// measure takes steps for the time of the clock, two at least: the first is warm-up.
func (p *point) measure(clock time.Duration) {
	p.training.Run()
	steps, start := 0, time.Now()
	for steps == 0 || time.Since(start) < clock {
		p.training.Run()
		steps++
	}
	if s := time.Since(start).Seconds() / float64(steps); p.seconds == 0 || s < p.seconds {
		p.seconds = s
	}
}

func (p *point) imagesPerSecond() float64 { return float64(p.training.Images()) / p.seconds }
