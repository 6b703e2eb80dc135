package gan

import (
	"bytes"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/nn/checkpoint"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestPrecision: each precision trains to weights of its own, on any number of
// threads and also when it is resumed, and auto is one of them by name.
func TestPrecision(t *testing.T) {
	d := points(t)
	config := func(precision string, steps int64, threads int) zoo.Config {
		return zoo.Config{Steps: steps, Seed: 1, Threads: threads, CheckpointEvery: 100, Params: map[string]string{"precision": precision}}
	}
	trained := map[string][]byte{}
	for _, name := range kernel.Precisions() {
		whole := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config(name, 6, 1)})
		trained[name] = whole.checkpoint(t)
		half := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config(name, 3, 1)})
		half.checkpoint(t)
		rest := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config(name, 6, 2), Resume: half.last().Checkpoint})
		if !bytes.Equal(rest.checkpoint(t), trained[name]) {
			t.Errorf("%s: a resumed training ends in other bytes", name)
		}
		f, err := checkpoint.Read(whole.last().Checkpoint)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := kernel.PrecisionOf(name)
		if got, want := f.Metadata[keyProducts], kernel.ProductClass(p); got != want {
			t.Errorf("%s: the checkpoint says that %q computed its products, want %q", name, got, want)
		}
		warned := slices.ContainsFunc(whole.events, func(e *zoo.Event) bool { return e.Type == zoo.Warning })
		if warned != p.Emulated() {
			t.Errorf("%s: warned of slowness: %v, and it is: %v", name, warned, p.Emulated())
		}
		other := map[string]string{"float32": "bf16", "bf16": "bf16x3", "bf16x3": "float32"}[name]
		if r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config(other, 6, 1), Resume: half.last().Checkpoint}); r.err == nil {
			t.Errorf("%s was resumed in %s", name, other)
		}
	}
	for a, x := range trained {
		for b, y := range trained {
			if a != b && bytes.Equal(x, y) {
				t.Errorf("%s and %s train to the same bytes", a, b)
			}
		}
	}
	auto := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: config("auto", 6, 1)})
	best := kernel.BestPrecision().String()
	if !bytes.Equal(auto.checkpoint(t), trained[best]) {
		t.Errorf("auto does not train as %s does", best)
	}
	if got := auto.events[0].Config.Params["precision"]; got != best {
		t.Errorf("the first event says %q, want %q", got, best)
	}
	unasked := runTraining(t, hinge, &zoo.TrainRequest{Dataset: d, Config: zoo.Config{Steps: 6, Seed: 1, CheckpointEvery: 100}})
	if !bytes.Equal(unasked.checkpoint(t), trained["float32"]) {
		t.Error("without a precision a training is not that of float32")
	}
}

// TestCheckpointWithoutPrecision: those made before there was a choice are of
// float32.
func TestCheckpointWithoutPrecision(t *testing.T) {
	r := runTraining(t, hinge, &zoo.TrainRequest{Dataset: points(t), Config: zoo.Config{Steps: 1}})
	r.checkpoint(t)
	f, err := checkpoint.Read(r.last().Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	f.Metadata[keyConfig] = `{"arch":"toy","batch":8,"seed":"1","params":{"width":"8"}}`
	path := t.TempDir() + "/old.safetensors"
	if err := checkpoint.Write(path, f.Metadata, nil); err != nil {
		t.Fatal(err)
	}
	s, err := load(path, hinge)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.identity.Params["precision"]; got != "float32" {
		t.Errorf("its precision is %q", got)
	}
}
