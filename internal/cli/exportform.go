package cli

import (
	"slices"

	"github.com/spf13/pflag"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/rewrite"
)

// exportForm is what is wanted different from a plugin's own model.
type exportForm struct {
	Batch      int     // 0: open
	Image      string  // imageFloat or imageBytes
	Truncation float64 // 0: none
	Half       bool
	Int8       string // "", int8Weights or int8QDQ
}

// Values of the flags.
const (
	imageFloat = "float32"
	imageBytes = "uint8"

	int8Weights = "weights"
	int8QDQ     = "qdq"
)

// precisionFloat is that of a model that nothing was taken from.
const precisionFloat = "float32"

// maxFixedBatch bounds a fixed batch, which is verified whole.
const maxFixedBatch = 1024

func (f *exportForm) flags(flags *pflag.FlagSet) {
	intVar(flags, &f.Batch, "batch", maxFixedBatch, "fix the batch; open by default")
	flags.StringVar(&f.Image, "image", imageFloat, "float32: N×C×H×W in −1…1; uint8: N×H×W×C in 0…255")
	floatVar(flags, &f.Truncation, "truncation", "scale normal latents by this, above 0 and at most 1: less variety, fewer oddities")
	flags.BoolVar(&f.Half, "fp16", false, "weights and computation in float16: half the size")
	flags.StringVar(&f.Int8, "int8", "", "weights in int8, a quarter of the size; --int8=qdq: the activations too, by ranges measured on z")
	flags.Lookup("int8").NoOptDefVal = int8Weights
}

func (f *exportForm) check() error {
	switch {
	case f.Image != imageFloat && f.Image != imageBytes:
		return usagef("use float32 or uint8", "there is no image type %q", f.Image)
	case f.Truncation > 1:
		return usagef("0.7 is usual", "--truncation %g would stretch the latents: it must be at most 1", f.Truncation)
	case f.Int8 != "" && f.Int8 != int8Weights && f.Int8 != int8QDQ:
		return usagef("use --int8 or --int8=qdq", "there is no int8 form %q", f.Int8)
	case f.Half && f.Int8 != "":
		return usagef("give one of them", "--fp16 and --int8 exclude each other")
	}
	return nil
}

// lossy reports whether the form gives up precision.
func (f *exportForm) lossy() bool { return f.Half || f.Int8 != "" }

// scale is what latents are multiplied by inside the model.
func (f *exportForm) scale() float32 {
	if f.Truncation == 0 {
		return 1
	}
	return float32(f.Truncation)
}

// apply rewrites the model. The order matters: ranges are of the latents as they
// are scaled, and bytes are made of float32. examples are what the activations'
// ranges are measured on.
func (f *exportForm) apply(m *rewrite.Model, examples map[string]*onnxrun.Array) error {
	if f.Truncation != 0 {
		if err := m.Truncate(f.Truncation); err != nil {
			return err
		}
	}
	var err error
	switch {
	case f.Half:
		err = m.Half()
	case f.Int8 == int8Weights:
		err = m.QuantizeWeights()
	case f.Int8 == int8QDQ:
		err = calibrate(m, examples)
	}
	if err != nil {
		return err
	}
	if f.Image == imageBytes {
		if err := m.Pixels(); err != nil {
			return err
		}
	}
	if f.Batch != 0 {
		m.FixBatch(f.Batch)
	}
	return nil
}

// calibrate quantises weights and activations, these by the ranges that they
// reach on the examples.
func calibrate(m *rewrite.Model, examples map[string]*onnxrun.Array) error {
	content, names, err := m.Watched()
	if err != nil {
		return err
	}
	ranges := map[string]rewrite.Range{}
	if len(names) > 0 {
		watched, err := onnxrun.Load(content, onnxrun.Options{MaxMemory: maxExportMemory})
		if err != nil {
			return err
		}
		values, err := watched.Run(examples)
		if err != nil {
			return err
		}
		for _, name := range names {
			data := values[name].Tensor().Data
			ranges[name] = rewrite.Range{Low: slices.Min(data), High: slices.Max(data)}
		}
	}
	return m.Quantize(ranges)
}

// bound is how far a form may be from the plugin's samples, in units of −1…1.
type bound struct{ largest, mean float64 }

// bounds of the forms. float32 differs by a few dozen roundings along the
// network. The lossy ones are measured and told; these bounds only tell loss
// from damage: a random picture differs by 0.5 in the mean.
var (
	boundFloat = bound{1e-5, 1e-5}
	boundHalf  = bound{0.2, 0.005}
	boundInt8  = bound{2, 0.1}
)

func (f *exportForm) bound() bound {
	switch {
	case f.Half:
		return boundHalf
	case f.Int8 != "":
		return boundInt8
	}
	return boundFloat
}
