package cli

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/onnxruntime"
	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// verification is how well a model answers as its plugin does. Differences are
// in units of −1…1, or in levels of grey where images are bytes.
type verification struct {
	By        string  `json:"by"`
	Samples   int     `json:"samples"`
	Largest   float64 `json:"largest_difference"`
	Mean      float64 `json:"mean_difference"`
	Tolerance float64 `json:"tolerance"` // of the largest difference
	MeanBound float64 `json:"mean_tolerance,omitempty"`
	Unit      string  `json:"unit,omitempty"`
}

func (v verification) String() string {
	s := fmt.Sprintf("largest difference %.2g, at most %g allowed", v.Largest, v.Tolerance)
	if v.Unit != "" {
		s = "in " + v.Unit + ", " + s
	}
	if v.MeanBound != 0 {
		s += fmt.Sprintf("; mean %.2g, at most %g", v.Mean, v.MeanBound)
	}
	return s
}

const (
	greyLevels  = "levels of grey"
	levelsOfOne = 127.5 // levels of grey in a difference of 1
)

// Names of the readers, in metadata and reports.
const (
	byOnnxGo         = "onnx-go"
	byOnnxrun        = "onnxrun"
	checkOnnxruntime = "onnxruntime"
)

// maxExportMemory bounds the values of a model of our own making.
const maxExportMemory = 4 << 30

// verifyByOnnxGo compares the model, decoded by onnx-go, with the plugin's
// samples: the final one where it is of a form that onnx-go knows, else the
// plugin's own with its latents scaled alike. Its answers for other networks are
// those that the final model is held against.
func (m *model) verifyByOnnxGo() error {
	content := m.content
	if m.o.Form.lossy() || m.o.Form.Image == imageBytes {
		known := exportForm{Image: imageFloat, Truncation: m.o.Form.Truncation}
		file, err := rewrite.Parse(m.plain)
		if err != nil {
			return err
		}
		if err := known.apply(file, nil); err != nil {
			return err
		}
		if content, err = file.Bytes(); err != nil {
			return err
		}
	}
	loaded, err := verify.Load(content)
	if err != nil {
		return err
	}
	v := verification{By: byOnnxGo, Tolerance: boundFloat.largest}
	for i := range m.probes {
		p := &m.probes[i]
		answers, err := loaded.Run(p.inputs)
		if err != nil {
			return err
		}
		if p.want == nil {
			p.want = answers
			continue
		}
		report, err := verify.CompareOutput(imageOutput, answers[imageOutput], p.want[imageOutput], boundFloat.largest)
		if err != nil {
			return err
		}
		v.add(report)
	}
	if v.Samples > 0 {
		m.verified = append(m.verified, v)
	}
	return nil
}

// add takes in the comparison of one batch more.
func (v *verification) add(r verify.Report) {
	before := float64(v.Samples)
	batch := float64(r.Batch)
	v.Mean = (v.Mean*before + r.Mean*batch) / (before + batch)
	v.Samples += r.Batch
	v.Largest = max(v.Largest, r.Largest)
}

// verifyByRuntimes compares the final model with the plugin's samples by our own
// runtime, where onnx-go has not read that very model or had nothing to compare
// with, and by whom else the user names.
func (m *model) verifyByRuntimes(ctx context.Context) error {
	if m.o.Form.lossy() || m.o.Form.Image == imageBytes || m.o.Network != zoo.Generator {
		run, err := m.runtime()
		if err != nil {
			return err
		}
		if err := m.compare(run); err != nil {
			return err
		}
	}
	for range m.o.Checks {
		err := m.compare(func(inputs map[string]*tensor.Tensor) (map[string]*onnxrun.Array, string, error) {
			outputs, version, err := onnxruntime.Run(ctx, m.content, inputs)
			return outputs, checkOnnxruntime + " " + version, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// runner computes a model's outputs, and says who did.
type runner func(inputs map[string]*tensor.Tensor) (outputs map[string]*onnxrun.Array, by string, err error)

// runtime is our own runtime with the final model. It computes float16 as
// float32, from the weights as float16 has them.
func (m *model) runtime() (runner, error) {
	content := m.content
	if m.o.Form.Half {
		var err error
		if content, err = widened(content); err != nil {
			return nil, err
		}
	}
	loaded, err := onnxrun.Load(content, onnxrun.Options{MaxMemory: maxExportMemory})
	if err != nil {
		return nil, err
	}
	return func(inputs map[string]*tensor.Tensor) (map[string]*onnxrun.Array, string, error) {
		outputs, err := loaded.Run(arrays(inputs))
		return outputs, byOnnxrun, err
	}, nil
}

// compare holds a runner's answers against those wanted.
func (m *model) compare(run runner) error {
	b := m.o.Form.bound()
	v := verification{Tolerance: b.largest}
	if b != boundFloat {
		v.MeanBound = b.mean
	}
	if m.o.Form.Image == imageBytes {
		// Values that lie on the edge of two levels may go either way.
		v.Unit, v.Tolerance = greyLevels, math.Ceil(v.Tolerance*levelsOfOne)
		v.MeanBound *= levelsOfOne
	}
	for _, p := range m.probes {
		outputs, who, err := run(p.inputs)
		if err != nil {
			return err
		}
		v.By = who
		if m.o.Network != zoo.Generator {
			v.By += " as " + byOnnxGo // whose answers are those wanted; the plugin has made its own comparison
		}
		report, err := m.compareOutputs(who, outputs, p.want, v.Tolerance)
		if err != nil {
			return err
		}
		v.add(report)
	}
	if v.MeanBound != 0 && !(v.Mean <= v.MeanBound) {
		return fault.New(fault.Verify, fmt.Sprintf("the exported model has lost too much: mean difference %.2g, at most %g is allowed", v.Mean, v.MeanBound),
			"", "export it in a larger form")
	}
	m.verified = append(m.verified, v)
	return nil
}

// magnitude is what a tolerance counts in: 1 for a generator's −1…1, the largest
// value for networks whose answers have no such range.
func magnitude(network string, want *tensor.Tensor) float64 {
	largest := float32(1)
	if network != zoo.Generator {
		for _, v := range want.Data {
			largest = max(largest, v, -v)
		}
	}
	return float64(largest)
}

// compareOutputs holds all answers of one run against those wanted. The report is
// of the one that is farthest off.
func (m *model) compareOutputs(who string, outputs map[string]*onnxrun.Array, want map[string]*tensor.Tensor, tolerance float64) (worst verify.Report, err error) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		got, wanted := outputs[name], want[name]
		if got == nil {
			return worst, fault.New(fault.Verify, fmt.Sprintf("%s gives no answer %s", who, name), "", "")
		}
		if got.Type == onnxrun.Uint8 {
			wanted = levels(wanted)
		}
		report, err := verify.CompareOutput(name, got.Tensor(), wanted, tolerance*magnitude(m.o.Network, wanted))
		if err != nil {
			return report, err
		}
		if report.Largest >= worst.Largest {
			worst = report
		}
	}
	return worst, nil
}

// levels is the images' bytes as a model with --image uint8 gives them: N×H×W×C.
func levels(images *tensor.Tensor) *tensor.Tensor {
	n, c, h, w := images.Shape[0], images.Shape[1], images.Shape[2], images.Shape[3]
	out := tensor.New(n, h, w, c)
	for i := range n {
		for ch := range c {
			for p := range h * w {
				v := (images.Data[(i*c+ch)*h*w+p]+1)*levelsOfOne + 0.5
				out.Data[(i*h*w+p)*c+ch] = float32(math.Floor(float64(min(max(v, 0), 255))))
			}
		}
	}
	return out
}

// sign writes into the model who has verified it and how far off it is.
func (m *model) sign() error {
	file, err := rewrite.Parse(m.content)
	if err != nil {
		return err
	}
	var by []string
	largest, unit := 0.0, ""
	for _, v := range m.verified {
		by = append(by, v.By)
		if v.Unit != "" || unit == "" {
			if v.Unit != unit {
				largest = 0
			}
			largest, unit = max(largest, v.Largest), v.Unit
		}
	}
	difference := strconv.FormatFloat(largest, 'e', 1, 64)
	if unit != "" {
		difference = strconv.FormatFloat(largest, 'f', -1, 64) + " " + unit
	}
	file.SetMetadata("ganzoo.verified_by", strings.Join(by, ", "))
	file.SetMetadata("ganzoo.verified_difference", difference)
	m.content, err = file.Bytes()
	return err
}
