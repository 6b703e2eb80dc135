package onnxrun_test

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
)

// standardTests is where Debian's libonnx-testdata puts the tests of the ONNX
// standard.
const standardTests = "/usr/share/libonnx-testdata/data"

// standardCase is one model of the standard's with its inputs and outputs.
type standardCase struct{ suite, name, dir string }

func standardCases(t testing.TB, suite string) []standardCase {
	entries, err := os.ReadDir(filepath.Join(standardTests, suite))
	if err != nil {
		t.Skipf("the tests of the ONNX standard are not here (Debian's libonnx-testdata): %v", err)
	}
	var list []standardCase
	for _, e := range entries {
		list = append(list, standardCase{suite, e.Name(), filepath.Join(standardTests, suite, e.Name())})
	}
	return list
}

// errDiffers marks a result other than the standard's.
var errDiffers = errors.New("the result differs")

// run runs the model on each of its data sets and compares.
func (c standardCase) run() error {
	m, err := onnxrun.Open(filepath.Join(c.dir, "model.onnx"), onnxrun.Options{})
	if err != nil {
		return err
	}
	sets, err := filepath.Glob(filepath.Join(c.dir, "test_data_set_*"))
	if err != nil || len(sets) == 0 {
		return fmt.Errorf("no data sets: %w", err)
	}
	for _, set := range sets {
		inputs := map[string]*onnxrun.Array{}
		for i, p := range m.Inputs() {
			if inputs[p.Name], err = readTensor(filepath.Join(set, fmt.Sprintf("input_%d.pb", i))); err != nil {
				return err
			}
		}
		for range 2 { // a trace and its replay
			results, err := m.Run(inputs)
			if err != nil {
				return err
			}
			for i, p := range m.Outputs() {
				want, err := readTensor(filepath.Join(set, fmt.Sprintf("output_%d.pb", i)))
				if err != nil {
					return err
				}
				if err := same(results[p.Name], want); err != nil {
					return fmt.Errorf("output %s: %w", p.Name, err)
				}
			}
		}
	}
	return nil
}

func readTensor(path string) (*onnxrun.Array, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := &pb.TensorProto{}
	if err := proto.Unmarshal(content, t); err != nil {
		return nil, err
	}
	return onnxrun.DecodeTensor(t)
}

// same compares as the standard's own test runner does: |got − want| ≤ 1e-7 +
// 1e-3·|want|, with types and shapes equal.
func same(got, want *onnxrun.Array) error {
	if got.Type != want.Type || !got.Shape.Equal(want.Shape) {
		return fmt.Errorf("%w: %v instead of %v", errDiffers, got, want)
	}
	a, b := onnxrun.Floats(got), onnxrun.Floats(want)
	for i := range a {
		close := a[i] == b[i] || math.Abs(a[i]-b[i]) <= 1e-7+1e-3*math.Abs(b[i]) || math.IsNaN(a[i]) && math.IsNaN(b[i])
		if !close {
			return fmt.Errorf("%w: element %d is %v instead of %v", errDiffers, i, a[i], b[i])
		}
	}
	return nil
}

var update = flag.Bool("update", false, "write docs/onnx-operators.md anew")

// TestStandard runs the tests of the standard and holds docs/onnx-operators.md to
// what comes out.
func TestStandard(t *testing.T) {
	var all []outcome
	for _, suite := range []string{"node", "simple", "pytorch-converted", "pytorch-operator"} {
		for _, c := range standardCases(t, suite) {
			all = append(all, outcome{c, c.operators(t), c.run()})
		}
	}
	report := operatorReport(all)
	path := filepath.Join("..", "..", "docs", "onnx-operators.md")
	if *update {
		if err := os.WriteFile(path, []byte(report), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	had, err := os.ReadFile(path)
	if err != nil || string(had) != report {
		t.Errorf("docs/onnx-operators.md is not what the tests give now (%v); write it with go test ./export/onnxrun -run TestStandard -update", err)
		for _, o := range all {
			if o.err != nil {
				t.Logf("%s/%s: %v", o.suite, o.name, o.err)
			}
		}
	}
}

// operators lists the different operators of the case's model.
func (c standardCase) operators(t testing.TB) []string {
	content, err := os.ReadFile(filepath.Join(c.dir, "model.onnx"))
	if err != nil {
		t.Fatal(err)
	}
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(content, m); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, n := range m.GetGraph().GetNode() {
		name := n.GetOpType()
		if n.GetDomain() != "" {
			name = n.GetDomain() + "." + name
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}
