package main

import (
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

func TestRateLeavesOutTheWarmUp(t *testing.T) {
	const events = `{"type":"started"}
{"type":"progress","elapsed":0.5,"images":10}
{"type":"progress","elapsed":1.5,"images":100}
{"type":"samples","elapsed":1.6,"images":110}
{"type":"progress","elapsed":2.5,"images":400}
{"type":"progress","elapsed":3.5,"images":700}
{"type":"checkpoint","elapsed":9,"images":701}
{"type":"done","elapsed":9,"images":701}
`
	got, err := rateOf(strings.NewReader(events), 1)
	if err != nil || got != 300 { // 600 images in 2 s
		t.Errorf("%v images/s, error %v", got, err)
	}
	if _, err := rateOf(strings.NewReader(events), 3); err == nil {
		t.Error("a rate from a single progress")
	}
	if _, err := rateOf(strings.NewReader("no JSON"), 1); err == nil {
		t.Error("a rate from no events")
	}
}

func TestChosenWorks(t *testing.T) {
	for _, tt := range []struct {
		filter string
		want   int
	}{
		{"", len(works)}, {"wgangp/dcgan28", 3}, {"dcgan28/bf16", 2}, {"dcgan28/bf16-float32", 1}, {"nothing", 0},
	} {
		if got := len(chosen(tt.filter)); got != tt.want {
			t.Errorf("%q chooses %d works, want %d", tt.filter, got, tt.want)
		}
	}
}

func TestReport(t *testing.T) {
	r := result{
		work: work{variant: "wgangp", arch: "mlp"}, setting: setting{2, "passive", "keep", "default"}, macsPerImage: 5e6,
		ours:   []measurement{{ImagesPerSecond: 300, PeakMemoryMB: 70}, {ImagesPerSecond: 200, PeakMemoryMB: 80}, {ImagesPerSecond: 500}},
		theirs: []measurement{{ImagesPerSecond: 100, PeakMemoryMB: 290}, {ImagesPerSecond: 100}, {ImagesPerSecond: 100}},
	}
	both := report(machine{Cores: 2, Peak: 100, PyTorch: "1.13"}, []result{r}, options{Rounds: 3})
	// 300 images/s × 5·10⁶ × 2 operations are 3 GFLOP/s.
	if want := "| wgangp mlp | 300 | 100 | 3.00 | 2.00–5.00 | 3 | 3% | 80 | 290 | 2 threads, passive waiting, memory kept |\n"; !strings.Contains(both, want) {
		t.Errorf("the table lacks %q:\n%s", want, both)
	}
	r.precision, r.autocast = kernel.BF16, true
	rounded := report(machine{Cores: 2, Peak: 100, PyTorch: "1.13"}, []result{r}, options{Rounds: 3})
	if want := "| wgangp mlp, bf16 | 300 | 100 | 3.00 | 2.00–5.00 | 3 | 3% | 80 | 290 | bf16 autocast, 2 threads, passive waiting, memory kept |\n"; !strings.Contains(rounded, want) {
		t.Errorf("the table lacks %q:\n%s", want, rounded)
	}
	r.precision, r.autocast = kernel.Float32, false
	r.theirs = nil
	alone := report(machine{Cores: 2}, []result{r}, options{Rounds: 3})
	if want := "| wgangp mlp | 300 |  |  |  | 3 |  | 80 |  |  |\n"; !strings.Contains(alone, want) {
		t.Errorf("the table lacks %q:\n%s", want, alone)
	}
}
