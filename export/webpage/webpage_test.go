package webpage

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
)

// generators cover the operators that exports are made of.
var generators = []struct {
	name   string
	inputs map[string]int
	build  func(g *graph.Graph, w func(name string, shape ...int) *graph.Node) *graph.Node
}{
	{"mlp", map[string]int{"z": 5}, func(g *graph.Graph, w func(string, ...int) *graph.Node) *graph.Node {
		h := g.Input("z", 1, 5).MatMul(w("0.weight", 5, 19)).Add(w("0.bias", 19)).LeakyRelu(0.2)
		h = h.Sub(h.Mean(1).Reshape(1, 1)).Softplus()
		return h.MatMul(w("1.weight", 19, 2))
	}},
	{"convolutional", map[string]int{"z": 7, "y": 3}, func(g *graph.Graph, w func(string, ...int) *graph.Node) *graph.Node {
		z, y := g.Input("z", 1, 7), g.Input("y", 1, 3)
		h := graph.Concat(1, z, y).MatMul(w("0.weight", 10, 3*3*5)).Relu().Reshape(1, 3, 3, 5)
		h = h.Conv(w("1.weight", 6, 3, 3, 3), graph.Strided(1, 1)).Add(w("1.bias", 6).Reshape(6, 1, 1)).Tanh()
		h = graph.Concat(1, h, y.Reshape(1, 3, 1, 1).Expand(1, 3, 3, 5)).Mul(w("scale", 9, 1, 1))
		odd := graph.ConvAttr{StrideH: 2, StrideW: 3, PadTop: 1, PadBottom: 1, PadLeft: 2, PadRight: 2, OutputPaddingBottom: 1}
		return h.ConvTranspose(w("2.weight", 9, 2, 3, 4), odd).Sigmoid().Mul(2).Sub(1)
	}},
	{"upsampled", map[string]int{"z": 4}, func(g *graph.Graph, w func(string, ...int) *graph.Node) *graph.Node {
		h := g.Input("z", 1, 4).MatMul(w("0.weight", 4, 2*4)).Reshape(1, 2, 2, 1, 2, 1).Expand(1, 2, 2, 2, 2, 2).Reshape(1, 2, 4, 4)
		h = h.Transpose(0, 1, 3, 2)
		down := graph.ConvAttr{StrideH: 2, StrideW: 1, DilationH: 1, DilationW: 2, PadTop: 1, PadBottom: 1, PadLeft: 1}
		return h.Conv(w("1.weight", 1, 2, 3, 2), down).Max(-0.5).Exp()
	}},
}

// exported writes a generator as ONNX, with weights from a stream.
func exported(t *testing.T, i int) []byte {
	t.Helper()
	g := graph.New(generators[i].name)
	weight := func(name string, shape ...int) *graph.Node {
		v := graph.NewVariable(name, true, shape...)
		tensor.NewStream(1, name, 0).Normal(v.Value.Data)
		for i := range v.Value.Data {
			v.Value.Data[i] *= 0.4
		}
		return g.Variable(v)
	}
	g.Output("image", generators[i].build(g, weight))
	var b bytes.Buffer
	if err := export.Write(&b, g, export.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// driver runs executor.js on the files that the test has written: program, weights
// and inputs; with and without WebAssembly.
const driver = `
const { readFileSync } = require('node:fs');
const given = JSON.parse(readFileSync('given.json'));
const inputs = {};
for (const [name, { shape, data }] of Object.entries(given.inputs)) inputs[name] = { shape, data: Float32Array.from(data) };
const blob = new Uint8Array(readFileSync('blob')).buffer;
const answers = [readFileSync('gemm.wasm'), null].map((wasm) => {
  const executor = new Executor(given.program, blob, wasm);
  if (Boolean(wasm) !== Boolean(executor.matrices.kernel)) throw new Error('the kernel was not used as asked');
  executor.run(inputs, 'image'); // twice: weights stay where they were put
  const { shape, data } = executor.run(inputs, 'image');
  return { shape, data: Array.from(data) };
});
console.log(JSON.stringify(answers));
`

// TestExecutorAnswersAsTheModel needs Node.
func TestExecutorAnswersAsTheModel(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("there is no Node")
	}
	for i, tc := range generators {
		t.Run(tc.name, func(t *testing.T) {
			const batch = 3
			model := exported(t, i)
			inputs := map[string]*tensor.Tensor{}
			given := map[string]any{}
			for name, width := range tc.inputs {
				x := tensor.New(batch, width)
				tensor.NewStream(2, name, 0).Normal(x.Data)
				inputs[name] = x
				given[name] = map[string]any{"shape": x.Shape, "data": x.Data}
			}
			m, err := verify.Load(model)
			if err != nil {
				t.Fatal(err)
			}
			results, err := m.Run(inputs)
			if err != nil {
				t.Fatal(err)
			}
			want := results["image"]
			program, blob, err := compile(model, nil, false)
			if err != nil {
				t.Fatal(err)
			}
			for k, got := range execute(t, program, blob, given) {
				if !tensor.Shape(got.Shape).Equal(want.Shape) || len(got.Data) != len(want.Data) {
					t.Fatalf("way %d: shape %v, want %v", k, got.Shape, want.Shape)
				}
				largest := 0.0
				for i, v := range got.Data {
					largest = max(largest, math.Abs(v-float64(want.Data[i])))
				}
				if t.Logf("way %d: largest difference %.2g", k, largest); !(largest < 1e-5) {
					t.Errorf("way %d: largest difference %g", k, largest)
				}
			}
		})
	}
}

type answer struct {
	Shape []int     `json:"shape"`
	Data  []float64 `json:"data"`
}

func execute(t *testing.T, program *program, blob []byte, inputs map[string]any) []answer {
	t.Helper()
	dir := t.TempDir()
	given, err := json.Marshal(map[string]any{"program": program, "inputs": inputs})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"given.json": given, "blob": blob, "gemm.wasm": gemmWasm, "driver.cjs": []byte(executorJS + driver),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("node", "driver.cjs")
	cmd.Dir = dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// TestGemmIsMadeOfItsSource needs Debian's wabt.
func TestGemmIsMadeOfItsSource(t *testing.T) {
	if _, err := exec.LookPath("wat2wasm"); err != nil {
		t.Skip("wat2wasm is not installed")
	}
	made, err := exec.Command("wat2wasm", "gemm.wat", "--output=-").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, gemmWasm) {
		t.Error("gemm.wasm is not what wat2wasm makes of gemm.wat")
	}
}

func page1(t *testing.T, half bool) []byte {
	t.Helper()
	z := tensor.New(4, 7)
	content, err := Write(exported(t, 1), Page{
		Title: "A <GAN>", Prior: "normal", Shape: []int{2, 6, 10}, Classes: 3, File: "digits", Latents: z, Labels: []int64{0, 1, 2, 0},
	}, half)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestPageStandsAlone(t *testing.T) {
	content := page1(t, false)
	if !bytes.Equal(content, page1(t, false)) {
		t.Error("the same model gave another page")
	}
	for _, foreign := range []string{"http://", "https://", "src=", "@import", "url(", "<GAN>"} {
		if bytes.Contains(content, []byte(foreign)) {
			t.Errorf("the page holds %q", foreign)
		}
	}
	if half := page1(t, true); len(half) >= len(content) {
		t.Errorf("float16 makes %d bytes of %d", len(half), len(content))
	}
}

func TestOperatorsThatThePageLacks(t *testing.T) {
	g := graph.New("odd")
	z := g.Input("z", 1, 4)
	g.Output("image", z.Greater(0).Where(z, z.Neg()))
	var b bytes.Buffer
	if err := export.Write(&b, g, export.Options{}); err != nil {
		t.Fatal(err)
	}
	_, _, err := compile(b.Bytes(), nil, false)
	if fault.KindOf(err) != fault.Usage || !strings.Contains(err.Error(), "operator Greater") {
		t.Errorf("got %v, want a fault that names the operator", err)
	}
}

// TestDirectionsAreThoseOfTheLargestChange: W stretches axis 2 most, axis 0 next;
// the fourth column is a class's and no direction.
func TestDirectionsAreThoseOfTheLargestChange(t *testing.T) {
	w := tensor.Of([]float32{
		2, 0, 0, 9,
		0, 1, 0, 9,
		0, 0, -3, 9,
	}, 3, 4)
	want := [][]float64{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}
	for i, v := range directions(w, 3) {
		for j := range v {
			if v[j] != want[i][j] {
				t.Fatalf("direction %d is %v, want %v", i, v, want[i])
			}
		}
	}
}
