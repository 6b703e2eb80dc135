package onnxrun_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
)

func externalData(pairs ...string) []*pb.StringStringEntryProto {
	var list []*pb.StringStringEntryProto
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, &pb.StringStringEntryProto{Key: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// externalModel adds to its input two numbers that lie elsewhere.
func externalModel(entries ...[]*pb.StringStringEntryProto) *pb.ModelProto {
	m := single("Sum", [][]int64{{2}}, nil)
	for i, e := range entries {
		name := "w" + string(rune('a'+i))
		m.Graph.Initializer = append(m.Graph.Initializer, &pb.TensorProto{
			Name: name, DataType: int32(onnxrun.Float32), Dims: []int64{2}, DataLocation: 1, ExternalData: e,
		})
		m.Graph.Node[0].Input = append(m.Graph.Node[0].Input, name)
	}
	return m
}

func TestExternalData(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "model")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(inside, "weights"), 0o755))
	data := []byte{0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64} // 1, 2, 3, 4
	must(os.WriteFile(filepath.Join(inside, "weights", "w.bin"), data, 0o644))
	must(os.WriteFile(filepath.Join(dir, "secret.bin"), data, 0o644))
	links := runtime.GOOS != "windows"
	if links {
		must(os.Symlink(filepath.Join(dir, "secret.bin"), filepath.Join(inside, "out.bin")))
		must(os.Symlink("weights", filepath.Join(inside, "linked")))
		must(os.Symlink("weights/w.bin", filepath.Join(inside, "in.bin")))
	}
	path := filepath.Join(inside, "model.onnx")
	open := func(m *pb.ModelProto, allow bool) (*onnxrun.Model, error) {
		must(os.WriteFile(path, marshal(t, m), 0o644))
		return onnxrun.Open(path, onnxrun.Options{AllowExternalData: allow})
	}

	good := externalModel(externalData("location", "weights/w.bin", "length", "8"), externalData("location", "weights/w.bin", "offset", "8"))
	m, err := open(good, true)
	must(err)
	got, err := m.Run(map[string]*onnxrun.Array{"x0": {Type: onnxrun.Float32, Shape: []int{2}, Data: []float32{10, 20}}})
	must(err)
	if y := got["y"].Data.([]float32); y[0] != 14 || y[1] != 26 {
		t.Errorf("got %v; want [14 26]", y)
	}
	if _, err := open(good, false); err == nil || !strings.Contains(err.Error(), "--allow-external-data") {
		t.Errorf("without leave: %v", err)
	}

	refusals := map[string][]*pb.StringStringEntryProto{
		"outside":             externalData("location", "../secret.bin", "length", "8"),
		"outside by a detour": externalData("location", "weights/../../secret.bin", "length", "8"),
		"absolute":            externalData("location", filepath.Join(dir, "secret.bin"), "length", "8"),
		"backslash":           externalData("location", `..\secret.bin`, "length", "8"),
		"empty":               externalData("location", "", "length", "8"),
		"no location":         nil,
		"a folder":            externalData("location", "weights", "length", "8"),
		"missing":             externalData("location", "nothing.bin", "length", "8"),
		"negative offset":     externalData("location", "weights/w.bin", "offset", "-8", "length", "8"),
		"negative length":     externalData("location", "weights/w.bin", "length", "-8"),
		"past the end":        externalData("location", "weights/w.bin", "offset", "12", "length", "8"),
		"far past the end":    externalData("location", "weights/w.bin", "offset", "9223372036854775807", "length", "8"),
		"offset of no number": externalData("location", "weights/w.bin", "offset", "eight"),
		"location twice":      externalData("location", "weights/w.bin", "location", "../secret.bin", "length", "8"),
		"unknown key":         externalData("location", "weights/w.bin", "command", "rm", "length", "8"),
		"too short":           externalData("location", "weights/w.bin", "length", "4"),
		"too long":            externalData("location", "weights/w.bin", "length", "16"),
		"device":              externalData("location", "/dev/zero", "length", "8"),
	}
	if links {
		refusals["link out of the folder"] = externalData("location", "out.bin", "length", "8")
		refusals["link within the folder"] = externalData("location", "in.bin", "length", "8")
		refusals["folder that is a link"] = externalData("location", "linked/w.bin", "length", "8")
	}
	for name, e := range refusals {
		t.Run(name, func(t *testing.T) {
			refused(t, 1<<10, func() error { _, err := open(externalModel(e), true); return err }, `graph.initializer[0] "wa"`)
		})
	}
	t.Run("many times the same stretch", func(t *testing.T) {
		e := externalData("location", "weights/w.bin", "length", "8")
		refused(t, 1<<10, func() error { _, err := open(externalModel(e, e, e), true); return err }, `graph.initializer[2] "wc"`, "their files hold 16")
	})
}
