package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/cli/text"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

type exportOptions struct {
	f          *Factory
	Run        string
	Out        string
	Checkpoint string
	Opset      int
	Raw        bool
}

// tolerance is how far an exported model's values, in −1…1, may lie from the
// plugin's own: a few dozen roundings of float32 along the network.
const tolerance = 1e-5

// verifyBatches are the numbers of samples that a model is asked for: its batch
// is open, and one sample is where a batch gets lost.
var verifyBatches = []int{1, 16}

func newExport(f *Factory, run func(context.Context, *exportOptions) error) *cobra.Command {
	o := &exportOptions{f: f}
	if run == nil {
		run = runExport
	}
	cmd := &cobra.Command{
		Use:   "export RUN FILE",
		Short: "Write a trained generator as an ONNX file",
		Long: `Write the generator of a run's last checkpoint as an ONNX model, with input z, an
open batch and output image.

The file is verified before it is put in place: it is decoded by another reader,
run, and its answers compared with the plugin's own samples from the same
latents. The same checkpoint gives the same bytes.`,
		Example: "  zoo export wgangp digits.onnx\n  zoo export wgangp digits.onnx --opset 17 --json",
		Args:    exactly("a run", "a file to write"),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 1 {
				return []string{"onnx"}, cobra.ShellCompDirectiveFilterFileExt
			}
			return f.completeRun(cmd, args, prefix)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Run, o.Out = args[0], args[1]
			if o.Opset != 13 && o.Opset != 17 {
				return usagef("13 is understood widest, 17 is for tools that want it", "--opset %d cannot be written", o.Opset)
			}
			if err := checkOutput(o.Out, ".onnx"); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVar(&o.Opset, "opset", export.DefaultOpset, "version of ONNX's operators: 13 or 17")
	cmd.Flags().BoolVar(&o.Raw, "raw", false, "the weights as trained last, not their average")
	cmd.Flags().StringVar(&o.Checkpoint, "from", "", "checkpoint `file` of the run; its last one by default")
	return cmd
}

// exported is what --json tells of an export.
type exported struct {
	Run        string       `json:"run"`
	Checkpoint string       `json:"checkpoint"`
	Out        string       `json:"out"`
	Bytes      int          `json:"bytes"`
	SHA256     string       `json:"sha256"`
	Opset      int          `json:"opset"`
	Verified   verification `json:"verified"`
}

// verification is how well a model answers as its plugin does.
type verification struct {
	Samples   int     `json:"samples"`
	Largest   float64 `json:"largest_difference"`
	Tolerance float64 `json:"tolerance"`
}

func runExport(ctx context.Context, o *exportOptions) error {
	src, err := openSource(ctx, o.f, o.Run, o.Checkpoint)
	if err != nil {
		return err
	}
	defer src.Close()
	var model bytes.Buffer
	if err := src.Export(ctx, &zoo.ExportRequest{Checkpoint: src.checkpoint, Raw: o.Raw, Opset: o.Opset}, &model); err != nil {
		return err
	}
	verified, err := verifyModel(ctx, src, model.Bytes(), o.Raw)
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(o.Out, model.Bytes()); err != nil {
		return err
	}
	sum := sha256.Sum256(model.Bytes())
	result := exported{src.run.ID, src.checkpoint, o.Out, model.Len(), hex.EncodeToString(sum[:]), o.Opset, verified}
	if o.f.JSON {
		return o.f.IO.JSON(result)
	}
	_, err = fmt.Fprintf(o.f.IO.Out, "%s: generator of %s (%s), opset %d, %s\nverified on %s: largest difference %.2g, at most %g allowed\n",
		o.Out, src.run.ID, filepath.Base(src.checkpoint), o.Opset, text.Bytes(int64(result.Bytes)),
		text.Plural(int64(verified.Samples), "sample", "samples"), verified.Largest, verified.Tolerance)
	return err
}

// verifyModel compares the model's answers with the plugin's own samples from
// the same latents.
func verifyModel(ctx context.Context, src *source, model []byte, raw bool) (verification, error) {
	v := verification{Tolerance: tolerance}
	for i, n := range verifyBatches {
		z, err := src.draw(ctx, n, uint64(i))
		if err != nil {
			return v, err
		}
		labels, err := src.labels(nil, n, 1)
		if err != nil {
			return v, err
		}
		want, err := src.Sample(ctx, &zoo.SampleRequest{Checkpoint: src.checkpoint, N: n, Latents: z, Labels: labels, Raw: raw})
		if err != nil {
			return v, err
		}
		inputs := map[string]*tensor.Tensor{"z": z}
		if labels != nil {
			inputs["y"] = oneHot(labels, src.run.Dataset.Classes)
		}
		report, err := verify.Compare(model, inputs, want, tolerance)
		if err != nil {
			return v, err
		}
		v.Samples += n
		v.Largest = max(v.Largest, report.Largest)
	}
	return v, nil
}

// oneHot is one row a label, 1 at its class.
func oneHot(labels []int64, classes int) *tensor.Tensor {
	y := tensor.New(len(labels), classes)
	for i, label := range labels {
		y.Data[i*classes+int(label)] = 1
	}
	return y
}
