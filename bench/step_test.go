// Package bench measures training steps. Command compare, below it, measures
// whole trainings beside PyTorch's.
//
//	go test ./bench -bench Step/wgangp/dcgan28
package bench_test

import (
	"testing"

	"github.com/ganzoo/ganzoo/bench/step"
	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/plugins"
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
	pool := kernel.NewPool(0)
	defer pool.Close()
	training, err := step.New(v, zoo.Config{Arch: arch, Batch: batch}, shape, pool)
	if err != nil {
		b.Fatal(err)
	}
	training.Run()
	b.ReportAllocs()
	for b.Loop() {
		training.Run()
	}
	perSecond := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(float64(training.Images())*perSecond, "images/s")
	b.ReportMetric(2*float64(training.MACs())*perSecond/1e9, "GFLOP/s")
}
