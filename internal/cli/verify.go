package cli

import (
	"cmp"
	"fmt"
	"math"
	"os"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

type verifyOptions struct {
	f         *Factory
	A, B      string
	N         int
	Seed      uint64
	Tolerance float64
	Model     modelOptions
}

// defaultTolerance is the largest difference that float32 sums in another order
// may make between two runs of one network.
const defaultTolerance = 1e-4

func newVerify(f *Factory, run func(*verifyOptions) error) *cobra.Command {
	o := &verifyOptions{f: f}
	if run == nil {
		run = runVerify
	}
	cmd := &cobra.Command{
		Use:   "verify MODEL.onnx [OTHER.onnx]",
		Short: "Check that an ONNX model computes what it should",
		Long: `Check an ONNX model, or that two answer alike.

One model is run by zoo's own runtime and by onnx-go, which share no reader, on
random inputs; a model of operators that the second does not know is checked by
the first alone, and that is said. Two models are both run by zoo's own runtime;
they must have inputs and outputs of the same names and shapes.`,
		Example: `  zoo verify model.onnx
  zoo verify before.onnx after.onnx --tolerance 1e-3`,
		Args: between(1, "a model", "another model"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.A = args[0]
			if len(args) > 1 {
				o.B = args[1]
			}
			if !(o.Tolerance >= 0) {
				return usagef("give a number like 1e-4", "%g is no tolerance", o.Tolerance)
			}
			return run(o)
		},
	}
	flags := cmd.Flags()
	o.N = 3
	intVar(flags, &o.N, "n", 1<<10, "examples to compare")
	flags.Uint64Var(&o.Seed, "seed", defaultSeed, "seed of the inputs")
	flags.Float64Var(&o.Tolerance, "tolerance", defaultTolerance, "largest difference that passes")
	o.Model.flags(cmd)
	return cmd
}

// comparison is what verify found about an output.
type comparison struct {
	Output  string  `json:"output"`
	Values  int     `json:"values"`
	Largest float64 `json:"largest_difference"`
	Mean    float64 `json:"mean_difference"`
}

func runVerify(o *verifyOptions) error {
	pool := kernel.NewPool(0)
	defer pool.Close()
	m, err := o.Model.openToRun(o.A, pool)
	if err != nil {
		return err
	}
	inputs, err := o.inputs(m)
	if err != nil {
		return at(err, o.A)
	}
	got, err := m.Run(inputs)
	if err != nil {
		return at(err, o.A)
	}
	tellMemory(o.f, m, o.A)
	by, other, err := o.second(pool, inputs)
	if err != nil {
		return err
	}
	var found []comparison
	for _, p := range m.Outputs() {
		if err := checkFinite(got[p.Name], p.Name, o.A); err != nil {
			return err
		}
		if other == nil {
			continue
		}
		c, err := compare(p.Name, got[p.Name], other[p.Name])
		if err != nil {
			return at(err, cmp.Or(o.B, o.A))
		}
		found = append(found, c)
	}
	return o.report(by, found)
}

// inputs are random: normal floats, and zeros for integers, which index tables.
func (o *verifyOptions) inputs(m *onnxrun.Model) (map[string]*onnxrun.Array, error) {
	inputs, err := m.Zeros(o.N)
	for name, a := range inputs {
		if x, ok := a.Data.([]float32); ok {
			tensor.NewStream(o.Seed, "verify "+name, 0).Normal(x)
		}
	}
	return inputs, err
}

// second runs the other model, or the same one with onnx-go; nothing where that
// does not know the model's operators.
func (o *verifyOptions) second(pool *kernel.Pool, inputs map[string]*onnxrun.Array) (by string, results map[string]*onnxrun.Array, err error) {
	if o.B != "" {
		m, err := o.Model.openToRun(o.B, pool)
		if err != nil {
			return "", nil, err
		}
		results, err = m.Run(inputs)
		return o.B, results, at(err, o.B)
	}
	content, err := os.ReadFile(o.A)
	if err != nil {
		return "", nil, fault.Wrap(fault.IO, err, "the ONNX model cannot be read", o.A, fault.ToRead(err))
	}
	m, err := verify.Load(content)
	if err != nil {
		o.f.advise("onnx-go does not read this model, so it was run by zoo alone: %s", text.Line(err.Error()))
		return "", nil, nil
	}
	tensors := map[string]*tensor.Tensor{}
	for name, a := range inputs {
		tensors[name] = a.Tensor()
	}
	answers, err := m.Run(tensors)
	if err != nil {
		return "", nil, at(err, o.A)
	}
	results = map[string]*onnxrun.Array{}
	for name, t := range answers {
		results[name] = onnxrun.FromTensor(t)
	}
	return "onnx-go", results, nil
}

// checkFinite refuses outputs with numbers that are none.
func checkFinite(a *onnxrun.Array, name, path string) error {
	for i, v := range a.Tensor().Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fault.New(fault.Verify, fmt.Sprintf("element %d of output %q is %v", i, name, v), path, "")
		}
	}
	return nil
}

func compare(name string, a, b *onnxrun.Array) (comparison, error) {
	if b == nil {
		return comparison{}, fault.New(fault.Verify, fmt.Sprintf("the other has no output %q", name), "", "")
	}
	if a.Type != b.Type || !a.Shape.Equal(b.Shape) {
		return comparison{}, fault.New(fault.Verify, fmt.Sprintf("output %q is %v here and %v there", name, a, b), "", "")
	}
	x, y := a.Tensor().Data, b.Tensor().Data
	c := comparison{Output: name, Values: len(x)}
	for i := range x {
		d := math.Abs(float64(x[i]) - float64(y[i]))
		if math.IsNaN(d) {
			d = math.Inf(1)
		}
		c.Largest = max(c.Largest, d)
		c.Mean += d / float64(len(x))
	}
	return c, nil
}

func (o *verifyOptions) report(by string, found []comparison) error {
	if o.f.JSON {
		err := o.f.IO.JSON(struct {
			Model     string       `json:"model"`
			By        string       `json:"compared_with,omitempty"`
			Tolerance float64      `json:"tolerance"`
			Outputs   []comparison `json:"outputs"`
		}{o.A, by, o.Tolerance, append([]comparison{}, found...)})
		if err != nil {
			return err
		}
	} else if by == "" {
		fmt.Fprintf(o.f.IO.Out, "%s: it runs, and its outputs are finite\n", o.A)
	}
	for _, c := range found {
		if !(c.Largest <= o.Tolerance) {
			return fault.New(fault.Verify, fmt.Sprintf("output %q differs from %s by up to %.3g; at most %g is allowed", c.Output, by, c.Largest, o.Tolerance), o.A, "")
		}
		if !o.f.JSON {
			fmt.Fprintf(o.f.IO.Out, "%s: output %q as %s has it: largest difference %.2g, mean %.2g over %s values\n", o.A, c.Output, by, c.Largest, c.Mean, text.Count(int64(c.Values)))
		}
	}
	return nil
}
