package rewrite_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/export"
	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

const latentSize = 16

// generator writes a small convolutional generator: 16 latents to 2×8×8 images.
func generator(t *testing.T) *rewrite.Model {
	t.Helper()
	g := graph.New("generator")
	weight := func(name string, sd float32, shape ...int) *graph.Node {
		v := graph.NewVariable(name, true, shape...)
		tensor.NewStream(3, name, 0).Normal(v.Value.Data)
		for i := range v.Value.Data {
			v.Value.Data[i] *= sd
		}
		return g.Variable(v)
	}
	h := g.Input("z", 1, latentSize).MatMul(weight("0.weight", 0.3, latentSize, 8*4*4)).Add(weight("0.bias", 0.2, 8*4*4))
	h = h.Relu().Reshape(1, 8, 4, 4).Conv(weight("1.weight", 0.1, 8, 8, 3, 3), graph.Strided(1, 1)).LeakyRelu(0.2)
	h = h.ConvTranspose(weight("2.weight", 0.2, 8, 2, 4, 4), graph.Strided(2, 1)).Tanh()
	g.Output("image", h)
	var b bytes.Buffer
	if err := export.Write(&b, g, export.Options{Metadata: map[string]string{"ganzoo.prior": "normal"}}); err != nil {
		t.Fatal(err)
	}
	m, err := rewrite.Parse(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func latents(n int) *tensor.Tensor {
	z := tensor.New(n, latentSize)
	tensor.NewStream(9, "z", 0).Normal(z.Data)
	return z
}

func encode(t *testing.T, m *rewrite.Model) []byte {
	t.Helper()
	content, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// answer runs a model and returns its output image.
func answer(t *testing.T, m *rewrite.Model, z *tensor.Tensor) *onnxrun.Array {
	t.Helper()
	r, err := onnxrun.Load(encode(t, m), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.Run(map[string]*onnxrun.Array{"z": onnxrun.FromTensor(z)})
	if err != nil {
		t.Fatal(err)
	}
	return out["image"]
}

// distance is the largest and the mean absolute difference.
func distance(a, b []float32) (largest, mean float64) {
	for i := range a {
		d := math.Abs(float64(a[i]) - float64(b[i]))
		largest, mean = max(largest, d), mean+d/float64(len(a))
	}
	return largest, mean
}

// TestSmallerForms: each stays near the original and is as much smaller as it
// says.
func TestSmallerForms(t *testing.T) {
	z := latents(5)
	want := answer(t, generator(t), z).Tensor().Data
	whole := len(encode(t, generator(t)))
	for _, tc := range []struct {
		name          string
		rewrite       func(m *rewrite.Model) error
		largest, mean float64 // measured: 6e-4, 9e-5; 0.021, 0.003; 0.019, 0.004
		size          float64 // as a share of the original's
	}{
		{"half", (*rewrite.Model).Half, 2e-3, 3e-4, 0.60},
		{"int8 weights", (*rewrite.Model).QuantizeWeights, 0.06, 0.006, 0.60},
		{"int8 activations", calibrated(t, z), 0.15, 0.02, 0.65},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := generator(t)
			if err := tc.rewrite(m); err != nil {
				t.Fatal(err)
			}
			largest, mean := distance(answer(t, m.Widened(), z).Tensor().Data, want)
			share := float64(len(encode(t, m))) / float64(whole)
			t.Logf("largest difference %.2g, mean %.2g, %.0f%% of %d bytes", largest, mean, 100*share, whole)
			if largest == 0 || largest > tc.largest || mean > tc.mean || share > tc.size {
				t.Errorf("want at most %g, %g and %.0f%%, and some difference", tc.largest, tc.mean, 100*tc.size)
			}
			if m.Metadata("ganzoo.precision") == "" {
				t.Error("the metadata does not say which precision it has")
			}
		})
	}
}

// calibrated quantises by the ranges that the activations reach on z.
func calibrated(t *testing.T, z *tensor.Tensor) func(m *rewrite.Model) error {
	return func(m *rewrite.Model) error {
		content, names, err := m.Watched()
		if err != nil {
			return err
		}
		if want := []string{"z", "0.relu.reshape"}; len(names) != len(want) {
			t.Errorf("watched %v, want as many as %v", names, want)
		}
		r, err := onnxrun.Load(content, onnxrun.Options{})
		if err != nil {
			return err
		}
		values, err := r.Run(map[string]*onnxrun.Array{"z": onnxrun.FromTensor(z)})
		if err != nil {
			return err
		}
		ranges := map[string]rewrite.Range{}
		for name, v := range values {
			data := v.Tensor().Data
			ranges[name] = rewrite.Range{Low: slices.Min(data), High: slices.Max(data)}
		}
		return m.Quantize(ranges)
	}
}

func TestPixelsAreBytesOfPictures(t *testing.T) {
	z := latents(3)
	want := answer(t, generator(t), z)
	m := generator(t)
	if err := m.Pixels(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(encode(t, m), []byte("It is given as bytes, N×H×W×C in 0…255.")) {
		t.Error("the file does not say that it gives bytes")
	}
	got := answer(t, m, z)
	if got.Type != onnxrun.Uint8 || !got.Shape.Equal(tensor.Shape{3, 8, 8, 2}) {
		t.Fatalf("the image is %v", got)
	}
	levels, floats := got.Data.([]uint8), want.Tensor().Data
	for n := range 3 {
		for c := range 2 {
			for p := range 64 {
				v := floats[(n*2+c)*64+p]
				if level := uint8(min(max((v+1)*127.5+0.5, 0), 255)); levels[(n*64+p)*2+c] != level {
					t.Fatalf("pixel %d of channel %d, example %d: %d, want %d (%v)", p, c, n, levels[(n*64+p)*2+c], level, v)
				}
			}
		}
	}
	if err := m.Pixels(); fault.KindOf(err) != fault.Usage {
		t.Error("bytes were made bytes once more")
	}
}

func TestTruncatedLatentsAreSmallerOnes(t *testing.T) {
	z := latents(2)
	m := generator(t)
	if err := m.Truncate(0.5); err != nil {
		t.Fatal(err)
	}
	got := answer(t, m, z).Tensor().Data
	for i := range z.Data {
		z.Data[i] *= 0.5
	}
	if largest, _ := distance(got, answer(t, generator(t), z).Tensor().Data); largest > 1e-6 {
		t.Errorf("largest difference %g", largest)
	}
	m = generator(t)
	m.SetMetadata("ganzoo.prior", "uniform")
	if err := m.Truncate(0.5); fault.KindOf(err) != fault.Usage {
		t.Errorf("uniform latents: got %v, want a fault of kind Usage", err)
	}
}

func TestFixedBatch(t *testing.T) {
	m := generator(t)
	m.FixBatch(4)
	r, err := onnxrun.Load(encode(t, m), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if in := r.Inputs()[0]; !in.Fixed() || in.Dims[0].Size != 4 {
		t.Errorf("input %v", in)
	}
	if _, err := r.Run(map[string]*onnxrun.Array{"z": onnxrun.FromTensor(latents(3))}); err == nil {
		t.Error("another batch was taken")
	}
	answer(t, m, latents(4))
}

func TestMetadataStaysSorted(t *testing.T) {
	m := generator(t)
	m.SetMetadata("ganzoo.zebra", "1")
	m.SetMetadata("ganzoo.ant", "2")
	m.SetMetadata("ganzoo.zebra", "3")
	if m.Metadata("ganzoo.zebra") != "3" || m.Metadata("ganzoo.ant") != "2" || m.Metadata("ganzoo.prior") != "normal" {
		t.Error("a property was lost")
	}
	if !bytes.Equal(encode(t, m), encode(t, m)) {
		t.Error("one model gave different bytes")
	}
}

func TestMetadataOfAnotherWriter(t *testing.T) {
	file := &pb.ModelProto{}
	if err := proto.Unmarshal(encode(t, generator(t)), file); err != nil {
		t.Fatal(err)
	}
	file.MetadataProps = nil
	for _, key := range []string{"zebra", "ant", "mule", "ant"} {
		file.MetadataProps = append(file.MetadataProps, &pb.StringStringEntryProto{Key: key, Value: "old"})
	}
	content, err := proto.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := rewrite.Parse(content)
	if err != nil {
		t.Fatal(err)
	}
	m.SetMetadata("zebra", "new")
	m.SetMetadata("ant", "new")
	if err := proto.Unmarshal(encode(t, m), file); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range file.MetadataProps {
		got = append(got, p.Key+" "+p.Value)
	}
	if want := []string{"ant new", "mule old", "zebra new"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// narrowed is a file of PyTorch with all its float32 as float16, as model.half()
// before an export makes it: inputs, outputs, weights, constants in nodes.
func narrowed(t *testing.T, content []byte) []byte {
	t.Helper()
	file := &pb.ModelProto{}
	if err := proto.Unmarshal(content, file); err != nil {
		t.Fatal(err)
	}
	narrow := func(tensor *pb.TensorProto, asIntegers bool) {
		if tensor.GetDataType() != int32(pb.TensorProto_FLOAT) {
			return
		}
		values := rewrite.Floats(tensor)
		tensor.DataType, tensor.RawData, tensor.FloatData = int32(pb.TensorProto_FLOAT16), nil, nil
		for _, v := range values {
			bits := uint16(onnxrun.HalfOf(float64(v)))
			if asIntegers {
				tensor.Int32Data = append(tensor.Int32Data, int32(bits))
			} else {
				tensor.RawData = binary.LittleEndian.AppendUint16(tensor.RawData, bits)
			}
		}
	}
	for i, tensor := range file.Graph.Initializer {
		narrow(tensor, i%2 == 1)
	}
	for _, n := range file.Graph.Node {
		for _, a := range n.Attribute {
			narrow(a.GetT(), false)
		}
	}
	for _, v := range slices.Concat(file.Graph.Input, file.Graph.Output) {
		if kind := v.GetType().GetTensorType(); kind.GetElemType() == int32(pb.TensorProto_FLOAT) {
			kind.ElemType = int32(pb.TensorProto_FLOAT16)
		}
	}
	content, err := proto.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestWidenTakesForeignModels(t *testing.T) {
	for _, name := range []string{"dcgan", "upsample"} {
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("..", "..", "testdata", "onnx", name+".onnx"))
			if err != nil {
				t.Fatal(err)
			}
			half := narrowed(t, content)
			if m, err := onnxrun.Load(half, onnxrun.Options{}); err != nil || !m.Has(onnxrun.Float16) {
				t.Fatalf("as float16: %v", err)
			}
			m, err := rewrite.Parse(half)
			if err != nil {
				t.Fatal(err)
			}
			m.Widen()
			got, want := sampled(t, encode(t, m)), sampled(t, content)
			if largest, _ := distance(got, want); largest == 0 || largest > 0.01 {
				t.Errorf("largest difference %g from the float32 model, want little", largest)
			}
		})
	}
}

// sampled are two images of a generator, from a seed.
func sampled(t *testing.T, content []byte) []float32 {
	t.Helper()
	m, err := onnxrun.Load(content, onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Has(onnxrun.Float16) {
		t.Error("float16 is left")
	}
	g, err := onnxrun.NewGenerator(m)
	if err != nil {
		t.Fatal(err)
	}
	images, err := g.Sample(t.Context(), g.Latents.Draw(latent.Samples, 7, 2), nil)
	if err != nil {
		t.Fatal(err)
	}
	return images.Data
}
