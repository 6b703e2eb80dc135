package onnxrun_test

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// withIntegers is a model of one node whose inputs past the first are int64 lists
// known only at a run.
func withIntegers(op string, shape []int64, lists ...string) *pb.ModelProto {
	m := single(op, [][]int64{shape}, nil)
	for _, name := range lists {
		m.Graph.Input = append(m.Graph.Input, port(name, onnxrun.Int64, open))
		m.Graph.Node[0].Input = append(m.Graph.Node[0].Input, name)
	}
	return m
}

func load(t *testing.T, m *pb.ModelProto) *onnxrun.Model {
	t.Helper()
	model, err := onnxrun.Load(marshal(t, m), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return model
}

// TestOperatorsNotKnown: a model that is sound and not for this runtime is told where
// to go.
func TestOperatorsNotKnown(t *testing.T) {
	for _, tt := range []struct {
		operator string
		opset    int64
		mend     string
	}{
		{"Einsum", 17, "run the model with onnxruntime"},
		{"HardSwish", 13, "with opset 14 or later"},
	} {
		m := single(tt.operator, [][]int64{{4}}, nil)
		m.OpsetImport[0].Version = tt.opset
		_, err := onnxrun.Load(marshal(t, m), onnxrun.Options{})
		if err == nil || !strings.Contains(err.Error(), "the operator is") || !strings.Contains(err.Error(), tt.mend) {
			t.Errorf("%s in opset %d: %v", tt.operator, tt.opset, err)
		}
	}
}

func counting(shape ...int) *onnxrun.Array {
	a := onnxrun.NewArray(onnxrun.Float32, shape...)
	for i := range a.Data.([]float32) {
		a.Data.([]float32)[i] = float32(i)
	}
	return a
}

// TestGuards gives integers that shape the result, others each time: a program
// made for the first must not answer for the second.
func TestGuards(t *testing.T) {
	m := load(t, withIntegers("Reshape", []int64{6}, "shape"))
	for _, shape := range [][]int64{{2, 3}, {2, 3}, {3, 2}, {6, 1}, {2, 3}} {
		got, err := m.Run(map[string]*onnxrun.Array{"x0": counting(6), "shape": onnxrun.Ints(shape, 2)})
		if err != nil {
			t.Fatal(err)
		}
		if s := got["y"].Shape; int64(s[0]) != shape[0] || int64(s[1]) != shape[1] {
			t.Errorf("asked for %v and got %v", shape, s)
		}
	}
}

// TestDiscoveredShapes gives data that decide the shape of a result.
func TestDiscoveredShapes(t *testing.T) {
	m := single("NonZero", [][]int64{{4}}, nil)
	m.Graph.Output[0].GetType().GetTensorType().ElemType = int32(onnxrun.Int64)
	model := load(t, m)
	for _, x := range [][]float32{{0, 1, 0, 2}, {5, 0, 0, 6}, {1, 1, 1, 0}, {0, 0, 0, 0}, {0, 1, 0, 2}} {
		got, err := model.Run(map[string]*onnxrun.Array{"x0": {Type: onnxrun.Float32, Shape: []int{4}, Data: x}})
		if err != nil {
			t.Fatal(err)
		}
		var want []int64
		for i, v := range x {
			if v != 0 {
				want = append(want, int64(i))
			}
		}
		if found := got["y"].Data.([]int64); !slices.Equal(found, want) && len(found)+len(want) > 0 {
			t.Errorf("of %v got %v; want %v", x, found, want)
		}
	}
}

// TestReplayFails meets an index out of range in a replay, and recovers.
func TestReplayFails(t *testing.T) {
	m := load(t, withIntegers("Gather", []int64{3}, "i"))
	for _, i := range []int64{0, 2, 3, -1, -4, 1} {
		got, err := m.Run(map[string]*onnxrun.Array{"x0": counting(3), "i": onnxrun.Ints([]int64{i}, 1)})
		if i > 2 || i < -3 {
			if err == nil || !strings.Contains(err.Error(), "out of range for 3 elements") {
				t.Errorf("index %d: %v", i, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := float32((i + 3) % 3); got["y"].Data.([]float32)[0] != want {
			t.Errorf("index %d: %v; want %v", i, got["y"].Data, want)
		}
	}
}

func TestInputsThatDoNotFit(t *testing.T) {
	m := load(t, single("Add", [][]int64{{open, 2}, {open, 2}}, nil))
	good := counting(3, 2)
	cases := map[string]map[string]*onnxrun.Array{
		`no input "x1"`: {"x0": good},
		"is int64":      {"x0": good, "x1": onnxrun.Ints(make([]int64, 6), 3, 2)},
		"want 2":        {"x0": good, "x1": counting(3, 3)},
		"?×2":           {"x0": good, "x1": counting(6)},
		"3 inputs":      {"x0": good, "x1": good, "x2": good},
	}
	for words, inputs := range cases {
		if _, err := m.Run(inputs); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("got %v; want an error that says %q", err, words)
		}
	}
}

// TestThreadsDoNotMatter compares bits on one thread and on three.
func TestThreadsDoNotMatter(t *testing.T) {
	pool := kernel.NewPool(3)
	defer pool.Close()
	for name, inputs := range generators {
		given := map[string]*onnxrun.Array{}
		for _, in := range inputs {
			given[in] = readArray(t, filepath.Join(generatorDir, name+"."+in+".npy"))
		}
		var results []*onnxrun.Array
		for _, p := range []*kernel.Pool{nil, pool} {
			m, err := onnxrun.Open(filepath.Join(generatorDir, name+".onnx"), onnxrun.Options{Pool: p})
			if err != nil {
				t.Fatal(err)
			}
			got, err := m.Run(given)
			if err != nil {
				t.Fatal(err)
			}
			results = append(results, got["image"])
		}
		if !slices.Equal(results[0].Data.([]float32), results[1].Data.([]float32)) {
			t.Errorf("%s: three threads give other bits than one", name)
		}
	}
}

// TestRunsAtTheSameTime asks one model from several goroutines.
func TestRunsAtTheSameTime(t *testing.T) {
	m := load(t, single("Tanh", [][]int64{{open, 2}}, nil))
	var wait sync.WaitGroup
	for batch := 1; batch <= 8; batch++ {
		wait.Go(func() {
			for range 20 {
				got, err := m.Run(map[string]*onnxrun.Array{"x0": counting(batch, 2)})
				if err != nil || got["y"].Shape[0] != batch {
					t.Errorf("batch %d: %v, %v", batch, got["y"], err)
				}
			}
		})
	}
	wait.Wait()
}

// TestOutputsAreTheCallers holds results of one run against the next.
func TestOutputsAreTheCallers(t *testing.T) {
	m := load(t, single("Neg", [][]int64{{2}}, nil))
	first, err := m.Run(map[string]*onnxrun.Array{"x0": counting(2)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Run(map[string]*onnxrun.Array{"x0": onnxrun.NewArray(onnxrun.Float32, 2)}); err != nil {
		t.Fatal(err)
	}
	if got := first["y"].Data.([]float32); got[1] != -1 {
		t.Errorf("the first result became %v", got)
	}
}

func TestPictures(t *testing.T) {
	m, err := onnxrun.Open(filepath.Join(generatorDir, "dcgan.onnx"), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	nodes, macs, err := m.Shapes(2)
	if err != nil || macs == 0 {
		t.Fatalf("%d multiply-adds, %v", macs, err)
	}
	last := nodes[len(nodes)-1]
	if last.Operator != "Tanh" || !slices.Equal(last.Result, []string{"float32 2×1×16×16"}) {
		t.Errorf("the last node is %+v", last)
	}
	for name, draw := range map[string]func(*onnxrun.Model, []onnxrun.NodeInfo) ([]byte, error){"<svg": onnxrun.SVG, "digraph": onnxrun.DOT} {
		picture, err := draw(m, nodes)
		if err != nil || !strings.Contains(string(picture), name) || !strings.Contains(string(picture), "ConvTranspose") {
			t.Errorf("%v in %.80s", err, picture)
		}
	}
}
