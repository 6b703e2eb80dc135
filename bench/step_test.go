// Package bench measures training steps. Command compare, below it, measures
// whole trainings beside PyTorch's.
//
//	go test ./bench -bench Step/wgangp/dcgan28
package bench_test

import (
	"errors"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/plugins"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

const batch = 64

// BenchmarkStep takes training steps of each variant on the reference networks
// with all cores: n_critic updates of the discriminator and one of the
// generator, without the reading of data.
func BenchmarkStep(b *testing.B) {
	networks := []struct {
		arch  string
		shape []int
	}{
		{"mlp", []int{1, 28, 28}},
		{"slim28", []int{1, 28, 28}},
		{"dcgan28", []int{1, 28, 28}},
		{"dcgan32", []int{3, 32, 32}},
		{"dcgan64", []int{3, 64, 64}},
	}
	for _, v := range plugins.Builtins {
		for _, n := range networks {
			b.Run(v.Name+"/"+n.arch, func(b *testing.B) { benchmarkStep(b, v, n.arch, n.shape) })
		}
	}
}

func benchmarkStep(b *testing.B, v *gan.Variant, arch string, shape []int) {
	model, _, err := gan.NewModel(v, zoo.Config{Arch: arch, Batch: batch},
		&zoo.Dataset{Kind: zoo.Images, Shape: shape, Count: batch})
	if err != nil {
		b.Fatal(err)
	}
	pool := kernel.NewPool(0)
	defer pool.Close()
	var d, g *gan.Program
	var failed error
	err = graph.Catch(func() {
		o := gan.StepOptions{Pool: pool}
		if d, failed = model.DiscriminatorStep(o); failed == nil {
			g, failed = model.GeneratorStep(o)
		}
	})
	if err = errors.Join(err, failed); err != nil {
		b.Fatal(err)
	}
	tensor.NewStream(1, "examples", 0).Uniform(d.Input("real"), -1, 1)
	critic := model.Settings.Int("n_critic")

	d.Run(0) // the first runs allocate the workers' scratch memory
	g.Run(0)
	b.ReportAllocs()
	var updates int64
	for b.Loop() {
		for range critic {
			d.Run(updates)
			updates++
		}
		g.Run(updates)
	}
	seconds := b.Elapsed().Seconds()
	macs := float64(critic)*float64(d.MACs()) + float64(g.MACs())
	b.ReportMetric(float64(updates*batch)/seconds, "images/s")
	b.ReportMetric(2*macs*float64(b.N)/seconds/1e9, "GFLOP/s")
}
