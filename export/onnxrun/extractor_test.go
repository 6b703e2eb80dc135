package onnxrun_test

import (
	"context"
	"strings"
	"testing"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// TestExtractorOfChangingWidth has a model whose answer is as long as its image
// has pixels that are not 0.
func TestExtractorOfChangingWidth(t *testing.T) {
	m := single("ReduceMax", [][]int64{{1, 1, 1, 2}}, nil, intsAttr("axes", 0, 1, 2), intAttr("keepdims", 0))
	m.Graph.Node[0].Output[0] = "pixels"
	m.Graph.Node = append(m.Graph.Node,
		&pb.NodeProto{OpType: "NonZero", Input: []string{"pixels"}, Output: []string{"places"}},
		&pb.NodeProto{OpType: "Cast", Input: []string{"places"}, Output: []string{"y"}, Attribute: []*pb.AttributeProto{intAttr("to", int64(onnxrun.Float32))}})
	model, err := onnxrun.Load(marshal(t, m), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := onnxrun.NewExtractor(model)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = e.Extract(context.Background(), tensor.Of([]float32{0, 1, 1, 1}, 2, 1, 1, 2))
	if fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), "1 numbers for some images and 2 for others") {
		t.Errorf("got %v", err)
	}
}
