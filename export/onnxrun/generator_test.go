package onnxrun_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

func generatorOf(t *testing.T, m *pb.ModelProto) (*onnxrun.Generator, error) {
	t.Helper()
	model, err := onnxrun.Load(marshal(t, m), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return onnxrun.NewGenerator(model)
}

// pixels is a generator that reshapes its latents to an image.
func pixels(batch int64, last string, out *pb.ValueInfoProto, shape ...int64) *pb.ModelProto {
	return &pb.ModelProto{IrVersion: 7, OpsetImport: []*pb.OperatorSetIdProto{{Version: 13}}, Graph: &pb.GraphProto{
		Input:       []*pb.ValueInfoProto{port("noise", onnxrun.Float32, batch, 12, 1, 1)},
		Output:      []*pb.ValueInfoProto{out},
		Initializer: []*pb.TensorProto{int64s("shape", shape...)},
		Node: []*pb.NodeProto{
			{OpType: "Reshape", Input: []string{"noise", "shape"}, Output: []string{"flat"}},
			{OpType: last, Input: []string{"flat"}, Output: []string{"pixels"}, Attribute: castAttribute(last)},
		},
	}}
}

func castAttribute(op string) []*pb.AttributeProto {
	if op != "Cast" {
		return nil
	}
	return []*pb.AttributeProto{intAttr("to", int64(onnxrun.Uint8))}
}

func TestGeneratorForms(t *testing.T) {
	image := port("pixels", onnxrun.Float32, open, 3, 2, 2)
	cases := []struct {
		name  string
		model *pb.ModelProto
		want  func(z float32) float32 // of the first pixel
	}{
		{"tanh", pixels(open, "Tanh", image, -1, 3, 2, 2), func(z float32) float32 { return float32(math.Tanh(float64(z))) }},
		{"sigmoid", pixels(open, "Sigmoid", image, -1, 3, 2, 2), func(z float32) float32 { return 2/(1+float32(math.Exp(-float64(z)))) - 1 }},
		{"fixed batch", pixels(2, "Tanh", port("pixels", onnxrun.Float32, 2, 3, 2, 2), -1, 3, 2, 2), func(z float32) float32 { return float32(math.Tanh(float64(z))) }},
		{"bytes", pixels(open, "Cast", port("pixels", onnxrun.Uint8, open, 2, 2, 3), -1, 2, 2, 3), func(z float32) float32 { return float32(uint8(int64(z)))*2/255 - 1 }},
		{"metadata", func() *pb.ModelProto {
			m := pixels(open, "Identity", image, -1, 3, 2, 2)
			m.MetadataProps = []*pb.StringStringEntryProto{{Key: "Image.NominalPixelRange", Value: "NominalRange_0_255"}}
			return m
		}(), func(z float32) float32 { return z*2/255 - 1 }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g, err := generatorOf(t, c.model)
			if err != nil {
				t.Fatal(err)
			}
			if g.Latents.Noise != 12 || g.Classes != 0 || !g.Example.Equal(tensor.Shape{3, 2, 2}) {
				t.Fatalf("latent %d, classes %d, examples %v", g.Latents.Noise, g.Classes, g.Example)
			}
			z := g.Latents.Draw(latent.Samples, 7, 5)
			x, err := g.Sample(t.Context(), z, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 5 {
				if got, want := x.Data[i*12], c.want(z.Data[i*12]); math.Abs(float64(got-want)) > 1e-6 {
					t.Errorf("example %d begins with %v; want %v", i, got, want)
				}
			}
		})
	}
}

// TestGeneratorDoesNotMixExamples samples many and few: an example depends on its
// own latent alone, whatever the batches.
func TestGeneratorDoesNotMixExamples(t *testing.T) {
	m, err := onnxrun.Open(filepath.Join(generatorDir, "conditional.onnx"), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := onnxrun.NewGenerator(m)
	if err != nil {
		t.Fatal(err)
	}
	if g.Classes != 10 {
		t.Fatalf("%d classes; want 10", g.Classes)
	}
	labels := make([]int64, 150)
	for i := range labels {
		labels[i] = int64(i % 10)
	}
	all, err := g.Sample(t.Context(), g.Latents.Draw(latent.Samples, 1, 150), labels)
	if err != nil {
		t.Fatal(err)
	}
	few, err := g.Sample(t.Context(), g.Latents.Draw(latent.Samples, 1, 5), labels[:5])
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range few.Data {
		if v != all.Data[i] {
			t.Fatalf("value %d is %v among 5 examples and %v among 150", i, v, all.Data[i])
		}
	}
}

// TestCancelledSampling: who does not wait any longer gets nothing, by name.
func TestCancelledSampling(t *testing.T) {
	m, err := onnxrun.Open(filepath.Join(generatorDir, "dcgan.onnx"), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := onnxrun.NewGenerator(m)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if x, err := g.Sample(ctx, g.Latents.Draw(latent.Samples, 1, 5), nil); fault.KindOf(err) != fault.Canceled {
		t.Errorf("got %v, %v", x, err)
	}
}

func TestNoGenerators(t *testing.T) {
	cases := map[string]struct {
		model *pb.ModelProto
		words string
	}{
		"three inputs":         {single("Sum", [][]int64{{1, 2}, {1, 2}, {1, 2}}, nil), "3 inputs"},
		"no input":             {single("Identity", nil, []*pb.TensorProto{scalar("a", 1)}), "0 inputs"},
		"input without axes":   {single("Relu", [][]int64{{}}, nil), "no input is float32"},
		"open latents":         {single("Relu", [][]int64{{1, open}}, nil), "not declared"},
		"output of 5 channels": {single("Relu", [][]int64{{1, 5, 2, 2}}, nil), "1 or 3 channels"},
		"output of another type": {func() *pb.ModelProto {
			m := single("ArgMax", [][]int64{{1, 5}}, nil)
			m.Graph.Output[0].GetType().GetTensorType().ElemType = int32(onnxrun.Int64)
			return m
		}(), "want float32"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := generatorOf(t, c.model); err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v; want an error that says %q", err, c.words)
			}
		})
	}
}

// withCodes is a generator of points: z + c2, which looks at c1 and forgets it.
func withCodes(codes string, c1 int64) *pb.ModelProto {
	return &pb.ModelProto{
		IrVersion: 7, OpsetImport: []*pb.OperatorSetIdProto{{Version: 13}},
		MetadataProps: []*pb.StringStringEntryProto{{Key: "ganzoo.codes", Value: codes}},
		Graph: &pb.GraphProto{
			Input: []*pb.ValueInfoProto{
				port("c1", onnxrun.Float32, open, c1), port("z", onnxrun.Float32, open, 2), port("c2", onnxrun.Float32, open, 1),
			},
			Output:      []*pb.ValueInfoProto{port("image", onnxrun.Float32, open, 2)},
			Initializer: []*pb.TensorProto{scalar("nothing", 0), int64s("last", 1)},
			Node: []*pb.NodeProto{
				{OpType: "ReduceSum", Input: []string{"c1", "last"}, Output: []string{"one"}},
				{OpType: "Mul", Input: []string{"one", "nothing"}, Output: []string{"forgotten"}},
				{OpType: "Add", Input: []string{"z", "c2"}, Output: []string{"moved"}},
				{OpType: "Add", Input: []string{"moved", "forgotten"}, Output: []string{"image"}},
			},
		},
	}
}

// TestGeneratorWithCodes: codes are the last columns of latents, in the order of
// the metadata and not of the inputs.
func TestGeneratorWithCodes(t *testing.T) {
	g, err := generatorOf(t, withCodes("c1=0..2, c2=-1..1", 3))
	if err != nil {
		t.Fatal(err)
	}
	if g.Latents.Noise != 2 || g.Latents.Width() != 6 || g.Classes != 0 {
		t.Fatalf("latents %+v, %d classes", g.Latents, g.Classes)
	}
	x, err := g.Sample(t.Context(), tensor.Of([]float32{1, 2, 0, 1, 0, 0.5, 3, 4, 1, 0, 0, -1}, 2, 6), nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float32{1.5, 2.5, 2, 3}; !slices.Equal(x.Data, want) {
		t.Errorf("got %v, want %v", x.Data, want)
	}
	for codes, says := range map[string]string{
		"c1=0..2, c2=-1..1, c3=-1..1": "no input for the code c3",
		"c1=0..3, c2=-1..1":           "N×4",
		"c1=0..2, c1=0..2":            "no input for the code c1",
		"c1=0..2, z=-1..1":            "is no code",
		"nonsense":                    "is no code",
	} {
		if _, err := generatorOf(t, withCodes(codes, 3)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", codes, err, says)
		}
	}
}
