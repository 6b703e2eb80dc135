package main

import (
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// TestRateOfSteps leaves out the warm-up and the checkpoint that ends a run.
func TestRateOfSteps(t *testing.T) {
	const events = `{"type":"started"}
{"type":"progress","elapsed":0.5,"images":10}
{"type":"progress","elapsed":1.5,"images":100}
{"type":"samples","elapsed":1.6,"images":110}
{"type":"progress","elapsed":2.5,"images":400}
{"type":"progress","elapsed":3.5,"images":700}
{"type":"checkpoint","elapsed":9,"images":701}
{"type":"progress","elapsed":9,"images":701}
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
		work: work{variant: "wgangp", arch: "mlp"}, macsPerImage: 5e6,
		ours: []measurement{{ImagesPerSecond: 300, PeakMemoryMB: 70}, {ImagesPerSecond: 200, PeakMemoryMB: 80}, {ImagesPerSecond: 500}},
		pyTorch: &rival{
			setting: setting{2, "passive", "keep", "default"}.String(),
			runs:    []measurement{{ImagesPerSecond: 100, PeakMemoryMB: 290}, {ImagesPerSecond: 100}, {ImagesPerSecond: 100}},
		},
	}
	both := report(machine{Cores: 2, Peak: 100, PyTorch: "1.13"}, []result{r}, nil, nil, options{Rounds: 3})
	// 300 images/s × 5·10⁶ × 2 operations are 3 GFLOP/s.
	if want := "| wgangp mlp | 300 | 100 | 3.00 | 2.00–5.00 | 3 | 3% | 80 | 290 | 2 threads, passive waiting, memory kept |\n"; !strings.Contains(both, want) {
		t.Errorf("the table lacks %q:\n%s", want, both)
	}
	r.precision, r.autocast = kernel.BF16, true
	rounded := report(machine{Cores: 2, Peak: 100, PyTorch: "1.13"}, []result{r}, nil, nil, options{Rounds: 3})
	if want := "| wgangp mlp, bf16 | 300 | 100 | 3.00 | 2.00–5.00 | 3 | 3% | 80 | 290 | bf16 autocast, 2 threads, passive waiting, memory kept |\n"; !strings.Contains(rounded, want) {
		t.Errorf("the table lacks %q:\n%s", want, rounded)
	}
	r.precision, r.autocast = kernel.Float32, false
	r.pyTorch = nil
	r.libraries = []*rival{{name: "gomlx", setting: threads(2).String(), runs: []measurement{{ImagesPerSecond: 20, PeakMemoryMB: 400}, {ImagesPerSecond: 20}, {ImagesPerSecond: 10}}}}
	alone := report(machine{Cores: 2}, []result{r}, nil, nil, options{Rounds: 3})
	for _, want := range []string{
		"| wgangp mlp | 300 |  |  |  | 3 |  | 80 |  |  |\n",
		"| wgangp mlp | gomlx | 300 | 20 | 15.0 | 10.0–50.0 | 80 | 400 | 2 threads |\n",
	} {
		if !strings.Contains(alone, want) {
			t.Errorf("the report lacks %q:\n%s", want, alone)
		}
	}
}

func TestChosenGenerations(t *testing.T) {
	for filter, want := range map[string]int{"": len(generations), "generate": len(generations), "generate/dcgan64": 2, "dcgan28/1": 1, "wgangp": 0} {
		if got := len(chosenGenerations(filter)); got != want {
			t.Errorf("%q chooses %d generations, want %d", filter, got, want)
		}
	}
}

func TestReportOfGenerations(t *testing.T) {
	r := generated{
		generation: generation{"dcgan28", 64},
		best:       []generatorForm{{2, ""}, {1, ""}, {2, "frozen"}},
		rates:      [][]float64{{300, 200, 500}, {100, 100, 100}, {150, 400, 50}},
	}
	sides := []generator{{name: "ganzoo"}, {name: "onnxruntime"}, {name: "PyTorch"}}
	text := report(machine{ONNXRuntime: "1.30"}, nil, sides, []generated{r}, options{Rounds: 3})
	for _, want := range []string{
		"| generator | batch | ganzoo images/s | onnxruntime images/s | ratio | range | PyTorch images/s | ratio | range | settings |\n",
		"| dcgan28 | 64 | 300 | 100 | 3.00 | 2.00–5.00 | 150 | 2.00 | 0.50–10.00 | ganzoo: 2 threads; onnxruntime: 1 thread; PyTorch: 2 threads, frozen |\n",
		"- PyTorch is not installed\n- onnxruntime 1.30 for Node",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}
	alone := report(machine{}, nil, sides[:1], []generated{r}, options{Rounds: 3})
	if want := "| dcgan28 | 64 | 300 | ganzoo: 2 threads |\n"; !strings.Contains(alone, want) {
		t.Errorf("the report lacks %q:\n%s", want, alone)
	}
}
