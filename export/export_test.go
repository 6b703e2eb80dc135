package export_test

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/export"
	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// tolerance of the issue: what a reader may differ from the generator.
const tolerance = 1e-5

// graphOf builds a network at a batch, with its output named image.
func graphOf(n network, p *params, batch int) *graph.Graph {
	g := graph.New(n.name)
	g.Output("image", n.build(g, p, batch))
	return g
}

func write(t *testing.T, g *graph.Graph, o export.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := export.Write(&b, g, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(t *testing.T, content []byte) *pb.ModelProto {
	t.Helper()
	m := &pb.ModelProto{}
	if err := proto.Unmarshal(content, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// latents draws the inputs of a network: z normal, y one-hot.
func latents(n network, batch int) map[string]*tensor.Tensor {
	in := map[string]*tensor.Tensor{}
	for name, shape := range n.inputs {
		t := tensor.New(append(tensor.Shape{batch}, shape...)...)
		if name == "y" {
			for i := range batch {
				t.Data[i*shape[0]+(3*i+1)%shape[0]] = 1
			}
		} else {
			tensor.NewStream(9, name, 0).Normal(t.Data)
		}
		in[name] = t
	}
	return in
}

// evaluate runs the network itself.
func evaluate(n network, p *params, in map[string]*tensor.Tensor, batch int) *tensor.Tensor {
	exe := graphOf(n, p, batch).MustCompile(graph.Options{})
	for name, t := range in {
		copy(exe.Input(name), t.Data)
	}
	exe.Run(0)
	return exe.Output("image").Clone()
}

func TestReaderAnswersAsTheGenerator(t *testing.T) {
	for _, n := range networks {
		for _, opset := range []int{13, 17} {
			p := newParams()
			model := write(t, graphOf(n, p, 1), export.Options{Opset: opset})
			for _, batch := range []int{1, 3, 8} {
				in := latents(n, batch)
				r, err := verify.Compare(model, in, evaluate(n, p, in, batch), tolerance)
				if err != nil {
					t.Errorf("%s, opset %d, batch %d: %v", n.name, opset, batch, err)
				}
				t.Logf("%s, opset %d, batch %d: %v", n.name, opset, batch, r)
			}
		}
	}
}

// TestNodesWritten is the whole of what the passes do, seen from outside.
func TestNodesWritten(t *testing.T) {
	want := map[string]string{
		"mlp": "Gemm(g.0) Relu(g.0.relu) Gemm(g.1) Relu(g.1.relu) Gemm(g.2) Relu(g.2.relu) Gemm(g.out) Tanh(g.out.tanh) Reshape(g.out.reshape)",
		"dcgan28": "Gemm(g.0) Relu(g.0.relu) Gemm(g.2) Reshape(g.2.reshape) Relu(g.2.relu) " +
			"ConvTranspose(g.4) Relu(g.4.relu) ConvTranspose(g.6) Tanh(g.6.tanh)",
		"conditional": "Gemm(g.embed) Concat(z.concat) Gemm(g.0) LeakyRelu(g.0.leakyrelu) Reshape(g.0.reshape) Mul(g.0.mul) Add(g.0.add) " +
			"Reshape(y.reshape) Concat(y.concat) Concat(y.concat_2) Concat(g.0.concat) ConvTranspose(g.2) Sigmoid(g.2.sigmoid) Mul(g.2.mul) Sub(g.2.sub)",
		"points":       "Gemm(g.0) Relu(g.0.relu) Gemm(g.1)",
		"convolutions": "Gemm(g.0) Reshape(g.0.reshape) Softplus(g.0.softplus) Conv(g.1) LeakyRelu(g.1.leakyrelu) ConvTranspose(g.3) Tanh(g.3.tanh)",
		"classifier":   "Conv(d.0) Reshape(d.0.reshape) Gemm(d.1) Slice(d.1.slice) Softmax(d.1.softmax)",

		"log-probabilities": "Gemm(d.0) LogSoftmax(d.0.logsoftmax)",
		"told": "Gemm(d.embed) Reshape(d.embed.reshape) Concat(d.embed.concat) Concat(d.embed.concat_2) Reshape(x.reshape) Concat(x.concat) Conv(d.0) " +
			"Reshape(d.0.reshape) Reshape(y.reshape) Concat(d.0.concat) Gemm(d.1) Gemm(d.2) Reshape(d.2.reshape) Add(d.1.add) Gemm(d.3) Reshape(d.3.reshape) Mul(d.1.mul)",
	}
	for _, n := range networks {
		var got []string
		for _, node := range decode(t, write(t, graphOf(n, newParams(), 1), export.Options{})).GetGraph().GetNode() {
			got = append(got, node.GetOpType()+"("+node.GetName()+")")
		}
		if s := strings.Join(got, " "); s != want[n.name] {
			t.Errorf("%s:\n got %s\nwant %s", n.name, s, want[n.name])
		}
	}
}

func TestInitialisersBearTheVariablesNames(t *testing.T) {
	var got []string
	for _, i := range decode(t, write(t, graphOf(networks[1], newParams(), 1), export.Options{})).GetGraph().GetInitializer() {
		got = append(got, i.GetName())
	}
	want := "g.0.weight g.0.bias g.2.weight g.2.bias g.2.reshape.shape g.4.weight g.4.bias g.6.weight g.6.bias"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
}

func TestFoldingLeavesTheVariablesAlone(t *testing.T) {
	n, p := networks[1], newParams()
	g := graphOf(n, p, 1)
	before := map[string]*tensor.Tensor{}
	for name, v := range p.made {
		before[name] = v.Value.Clone()
	}
	write(t, g, export.Options{})
	for name, v := range p.made {
		for i, x := range v.Value.Data {
			if x != before[name].Data[i] {
				t.Fatalf("%s[%d] has changed", name, i)
			}
		}
	}
}

func TestSameGraphSameBytes(t *testing.T) {
	o := export.Options{Metadata: map[string]string{"ganzoo.variant": "wgan", "ganzoo.step": "12", "model_license": "MIT", "ganzoo.dataset": "mnist"}}
	for _, n := range networks {
		if !bytes.Equal(write(t, graphOf(n, newParams(), 1), o), write(t, graphOf(n, newParams(), 1), o)) {
			t.Errorf("%s: two exports differ", n.name)
		}
	}
}

func TestModelHeader(t *testing.T) {
	o := export.Options{
		Version: "v1.2.3", Doc: "digits",
		Metadata: map[string]string{"ganzoo.variant": "wgan", "model_license": "MIT"},
	}
	m := decode(t, write(t, graphOf(networks[1], newParams(), 1), o))
	if m.GetIrVersion() != 7 || m.GetOpsetImport()[0].GetVersion() != 13 || m.GetProducerName() != "ganzoo" ||
		m.GetProducerVersion() != "v1.2.3" || m.GetDomain() != "com.github.ganzoo" || m.GetDocString() != "digits" {
		t.Errorf("header is %v", m)
	}
	var props []string
	for _, p := range m.GetMetadataProps() {
		props = append(props, p.GetKey()+"="+p.GetValue())
	}
	if s := strings.Join(props, " "); s != "Image.NominalPixelRange=Normalized_1_1 ganzoo.variant=wgan model_license=MIT" {
		t.Errorf("metadata is %s", s)
	}
	if s := dims(m.GetGraph().GetInput()[0]) + " " + dims(m.GetGraph().GetOutput()[0]); s != "z:N,62 image:N,1,28,28" {
		t.Errorf("open batch: %s", s)
	}
	m = decode(t, write(t, graphOf(networks[1], newParams(), 1), export.Options{Batch: 4, Opset: 17}))
	if s := dims(m.GetGraph().GetInput()[0]) + " " + dims(m.GetGraph().GetOutput()[0]); s != "z:4,62 image:4,1,28,28" {
		t.Errorf("batch of 4: %s", s)
	}
	if m.GetIrVersion() != 8 || m.GetOpsetImport()[0].GetVersion() != 17 {
		t.Errorf("opset 17 is written as IR %d, opset %v", m.GetIrVersion(), m.GetOpsetImport())
	}
}

func dims(v *pb.ValueInfoProto) string {
	var list []string
	for _, d := range v.GetType().GetTensorType().GetShape().GetDim() {
		if s := d.GetDimParam(); s != "" {
			list = append(list, s)
			continue
		}
		list = append(list, strconv.FormatInt(d.GetDimValue(), 10))
	}
	return v.GetName() + ":" + strings.Join(list, ",")
}

func TestConvTransposeSpellsOutItsAttributes(t *testing.T) {
	for _, n := range decode(t, write(t, graphOf(networks[1], newParams(), 1), export.Options{})).GetGraph().GetNode() {
		if n.GetOpType() != "ConvTranspose" {
			continue
		}
		var names []string
		for _, a := range n.GetAttribute() {
			names = append(names, a.GetName())
		}
		if s := strings.Join(names, " "); s != "dilations group kernel_shape output_padding pads strides" {
			t.Errorf("%s has %s", n.GetName(), s)
		}
	}
}

// TestUnsuitedGraphsAreRefused has one case a reason for which a graph has no
// form as a model with an open batch.
func TestUnsuitedGraphsAreRefused(t *testing.T) {
	cases := []struct {
		name, want string
		build      func(z *graph.Node) *graph.Node
	}{
		{"random", "RandomNormal has no ONNX form", func(z *graph.Node) *graph.Node { return z.Add(z.Graph().Normal("noise", 1, 6)) }},
		{"batch moved", "moves the batch", func(z *graph.Node) *graph.Node { return z.Reshape(1, 1, 6).Transpose(1, 0, 2) }},
		{"batch lost", "first axis is not the batch", func(z *graph.Node) *graph.Node { return z.Reshape(2, 3) }},
		{"batch reduced", "reduces over the batch", func(z *graph.Node) *graph.Node { return z.SumKeep() }},
		{"inputs multiplied", "may depend on the input", func(z *graph.Node) *graph.Node { return graph.Gemm(z, z, false, true) }},
		{"ranks mixed", "different axes", func(z *graph.Node) *graph.Node { return z.Reshape(1, 6, 1).Add(z) }},
		{"constant", "does not depend on an input", func(z *graph.Node) *graph.Node { return z.Graph().Scalar(1) }},
	}
	for _, c := range cases {
		g := graph.New(c.name)
		g.Output("image", c.build(g.Input("z", 1, 6)))
		err := export.Write(&bytes.Buffer{}, g, export.Options{})
		var f *fault.Error
		if !errors.As(err, &f) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "export_test.go:") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestOptionsOutOfRangeAreRefused(t *testing.T) {
	for _, o := range []export.Options{{Opset: 12}, {Batch: -1}, {Metadata: map[string]string{"when": "now"}}} {
		if err := export.Write(&bytes.Buffer{}, graphOf(networks[0], newParams(), 1), o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}
