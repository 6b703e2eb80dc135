package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/host/runs"
)

// TestForeignFilesCommandNoTerminal: what a stranger's file says is shown, not obeyed.
func TestForeignFilesCommandNoTerminal(t *testing.T) {
	const hostile = "\x1b]0;owned\a\u009b2J"
	s := newSession(t)
	for name, operator := range map[string]string{"known.onnx": "Tanh", "unknown.onnx": hostile} {
		path := filepath.Join(t.TempDir(), name)
		content, err := proto.Marshal(hostileModel(hostile, operator))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, verb := range []string{"inspect", "verify", "sample"} {
			s.run(verb, path)
		}
	}
	run, err := runs.Store{Dir: s.runsDir()}.Create("wgangp", "mnist", s.Now())
	if err != nil {
		t.Fatal(err)
	}
	run.Status, run.Failure = runs.Failed, hostile
	run.Dataset.Name, run.Config.Arch, run.Config.Params = hostile, hostile, map[string]string{hostile: hostile}
	if err := run.Save(); err != nil {
		t.Fatal(err)
	}
	for _, verb := range [][]string{{"runs"}, {"runs", "show", run.ID}, {"sample", run.ID}, {"resume", run.ID}} {
		s.run(verb...)
	}
	for stream, said := range map[string]string{"stdout": s.out.String(), "stderr": s.err.String()} {
		if !strings.Contains(said, `\x1b]0;owned\a\u009b2J`) {
			t.Errorf("%s does not show what the files say:\n%q", stream, said)
		}
		if strings.ContainsAny(said, "\x1b\a\u009b") {
			t.Errorf("%s commands the terminal:\n%q", stream, said)
		}
	}
}

// hostileModel has the words wherever a model names something.
func hostileModel(words, operator string) *onnxpb.ModelProto {
	port := func(name string) *onnxpb.ValueInfoProto {
		return &onnxpb.ValueInfoProto{Name: name, Type: &onnxpb.TypeProto{Value: &onnxpb.TypeProto_TensorType{TensorType: &onnxpb.TypeProto_Tensor{
			ElemType: int32(onnxpb.TensorProto_FLOAT),
			Shape: &onnxpb.TensorShapeProto{Dim: []*onnxpb.TensorShapeProto_Dimension{
				{Value: &onnxpb.TensorShapeProto_Dimension_DimParam{DimParam: words}},
				{Value: &onnxpb.TensorShapeProto_Dimension_DimValue{DimValue: 4}},
			}},
		}}}}
	}
	return &onnxpb.ModelProto{
		IrVersion:     7,
		OpsetImport:   []*onnxpb.OperatorSetIdProto{{Version: 13}},
		ProducerName:  words,
		DocString:     words,
		MetadataProps: []*onnxpb.StringStringEntryProto{{Key: words, Value: words}},
		Graph: &onnxpb.GraphProto{
			Name:   words,
			Input:  []*onnxpb.ValueInfoProto{port("in " + words)},
			Output: []*onnxpb.ValueInfoProto{port("out " + words)},
			Node: []*onnxpb.NodeProto{{
				Name: words, OpType: operator,
				Input: []string{"in " + words}, Output: []string{"out " + words},
			}},
		},
	}
}
