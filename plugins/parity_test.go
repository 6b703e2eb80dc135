package plugins

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/nn/checkpoint"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// parityTolerance is how far a value may be from PyTorch's, as a share of the
// largest in its tensor.
const parityTolerance = 1e-5

// TestParityWithPyTorch takes one update of the discriminator and one of the
// generator, from weights, moments, examples and random draws that PyTorch was
// given too, and compares all that comes of them. The files are made, and
// described, by testdata/pytorch/make_fixtures.py. With -v it prints the largest
// difference of each tensor.
func TestParityWithPyTorch(t *testing.T) {
	const folder = "../testdata/pytorch"
	paths, err := filepath.Glob(filepath.Join(folder, "*.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".safetensors")
		t.Run(name, func(t *testing.T) {
			f, err := checkpoint.Read(path)
			if err != nil {
				t.Fatal(err)
			}
			seen[f.Metadata["variant"]+" "+f.Metadata["arch"]] = true
			newParity(t, f).run()
		})
	}
	for _, v := range Builtins {
		for _, arch := range []string{"mlp", "slim28"} {
			if !seen[v.Name+" "+arch] {
				t.Errorf("no file in %s compares %s on %s", folder, v.Name, arch)
			}
		}
	}
}

// parity is a model beside what PyTorch made of the same one.
type parity struct {
	*testing.T
	model  *gan.Model
	pool   *kernel.Pool
	arrays map[string]*tensor.Tensor
	worst  float64
}

// newParity makes the model that the file describes, with its first values.
func newParity(t *testing.T, f *checkpoint.File) *parity {
	var shape []int
	var params map[string]string
	if err := json.Unmarshal([]byte(f.Metadata["shape"]), &shape); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(f.Metadata["params"]), &params); err != nil {
		t.Fatal(err)
	}
	number := func(key string) int {
		n, err := strconv.Atoi(f.Metadata[key])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	m, _, err := gan.NewModel(Find(f.Metadata["variant"]), zoo.Config{
		Arch: f.Metadata["arch"], Batch: number("batch"), Labels: number("labels"), Params: params,
	}, &zoo.Dataset{Kind: zoo.Images, Shape: shape, Count: 100, Classes: number("classes")})
	if err != nil {
		t.Fatal(err)
	}
	p := &parity{T: t, model: m, pool: kernel.NewPool(2), arrays: f.Arrays}
	t.Cleanup(p.pool.Close)
	for _, v := range m.Variables() {
		copy(v.Value.Data, p.array("initial/"+v.Name, v.Value.Shape).Data)
	}
	return p
}

// array returns one of the file's, which must have the given shape.
func (p *parity) array(name string, shape tensor.Shape) *tensor.Tensor {
	p.Helper()
	a := p.arrays[name]
	if a == nil {
		p.Fatalf("the file has no %q", name)
	}
	if !a.Shape.Equal(shape) {
		p.Fatalf("%s has the shape %v, in the file %v", name, shape, a.Shape)
	}
	return a
}

func (p *parity) run() {
	p.step("discriminator", p.model.DiscriminatorStep)
	p.step("generator", p.model.GeneratorStep)
	p.Logf("largest difference: %.1e", p.worst)
}

// step takes one update with the file's inputs and compares loss, gradients and
// every variable that the update may change.
func (p *parity) step(network string, build func(gan.StepOptions) (*gan.Program, error)) {
	var program *gan.Program
	var failed error
	err := graph.Catch(func() {
		program, failed = build(gan.StepOptions{Pool: p.pool, Given: true, Gradients: true})
	})
	if err != nil || failed != nil {
		p.Fatal(err, failed)
	}
	before := snapshot(p.model.Variables())
	p.fill(program, network+"/input/")
	program.Run(0)

	p.compare(network+"/loss", []float32{float32(program.Loss())}, 0)
	largest := p.largest(network + "/gradient/")
	for name := range p.arrays {
		if weight, ok := strings.CutPrefix(name, network+"/gradient/"); ok {
			got := program.Output(gan.GradientOutput(weight))
			p.array(name, got.Shape)
			p.compare(name, got.Data, largest)
		}
	}
	for _, v := range p.model.Variables() {
		if !strings.HasPrefix(v.Name, network) {
			for i, was := range before[v.Name] {
				if v.Value.Data[i] != was {
					p.Errorf("the %s's step changed %s", network, v.Name)
					break
				}
			}
			continue
		}
		name := network + "/after/" + v.Name
		p.array(name, v.Value.Shape)
		p.compare(name, v.Value.Data, 0)
	}
}

func snapshot(variables []*graph.Variable) map[string][]float32 {
	values := map[string][]float32{}
	for _, v := range variables {
		values[v.Name] = append([]float32(nil), v.Value.Data...)
	}
	return values
}

// fill sets the inputs of a program.
func (p *parity) fill(program *gan.Program, prefix string) {
	for name, value := range p.arrays {
		if input, ok := strings.CutPrefix(name, prefix); ok {
			if dst := program.Input(input); dst != nil && copy(dst, value.Data) != len(dst) {
				p.Fatalf("%s has %d values, the step takes %d", name, len(value.Data), len(dst))
			}
		}
	}
}

// largest returns the greatest magnitude in the arrays with the prefix.
func (p *parity) largest(prefix string) float64 {
	var largest float64
	for name, a := range p.arrays {
		if strings.HasPrefix(name, prefix) {
			largest = max(largest, magnitude(a.Data))
		}
	}
	return largest
}

func magnitude(values []float32) float64 {
	var m float64
	for _, v := range values {
		m = max(m, math.Abs(float64(v)))
	}
	return m
}

// cancelled is the share of the network's largest gradient below which one is
// nothing but rounding: that of a critic's last bias, mean 1 − mean 1.
const cancelled = 1e-6

// compare measures values against the file's, as a share of the largest in that
// tensor. largest is the scale for a tensor of zeros.
func (p *parity) compare(name string, got []float32, largest float64) {
	p.Helper()
	want := p.arrays[name].Data
	scale := magnitude(want)
	if scale < cancelled*largest {
		scale = largest
	}
	var difference float64
	for i := range want {
		d := math.Abs(float64(got[i]) - float64(want[i]))
		if math.IsNaN(d) {
			d = math.Inf(1)
		}
		difference = max(difference, d)
	}
	if difference > 0 {
		difference /= scale
	}
	p.worst = max(p.worst, difference)
	p.Logf("%.1e  %s %v", difference, name, p.arrays[name].Shape)
	if difference > parityTolerance {
		p.Errorf("%s is off by %.1e of its largest value", name, difference)
	}
}
