package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/zoo"
)

type exportOptions struct {
	f          *Factory
	Run        string
	Out        string
	Checkpoint string
	Network    string
	Profile    string
	Opset      int
	Raw        bool
	Form       exportForm
	Checks     []string
	Card       bool
}

// profiles are opsets by what they are for.
var profiles = map[string]int{"wide": export.DefaultOpset, "modern": export.NewestOpset}

func newExport(f *Factory, run func(context.Context, *exportOptions) error) *cobra.Command {
	o := &exportOptions{f: f}
	if run == nil {
		run = runExport
	}
	cmd := &cobra.Command{
		Use:   "export RUN FILE",
		Short: "Write a trained generator as an ONNX file, or as a page that runs it",
		Long: `Write the generator of a run's last checkpoint as an ONNX model, with input z,
an open batch and output image; or, where FILE ends in .html, as one page that
draws with it in any browser, offline.

The file is verified before it is put in place: it is decoded by another
reader, run, and its answers compared with the plugin's own samples from the
same latents. How far they are apart is written into the file. The same
checkpoint and options give the same bytes.`,
		Example: `  zoo export wgangp digits.onnx
  zoo export wgangp digits.html
  zoo export wgangp digits.onnx --image uint8 --batch 1
  zoo export wgangp small.onnx --int8 --card
  zoo export catgan classifier.onnx --network classifier
  zoo export wgangp digits.onnx --profile modern --check onnxruntime --json`,
		Args:              exactly("a run", "a file to write"),
		ValidArgsFunction: runThenFile(f.runIDs, "onnx", "html"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Run, o.Out = args[0], args[1]
			if err := o.check(cmd); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Network, "network", zoo.Generator, "network to write: generator, discriminator, or what else the variant has")
	flags.StringVar(&o.Profile, "profile", "wide", "wide: opset 13, understood by most; modern: opset 17")
	flags.IntVar(&o.Opset, "opset", export.DefaultOpset, "version of ONNX's operators, 13 to 17, in place of a profile")
	o.Form.flags(flags)
	flags.StringSliceVar(&o.Checks, "check", nil, "`program` to verify the file with too: onnxruntime, through Node")
	flags.BoolVar(&o.Card, "card", false, "write a model card beside the file, with a picture")
	flags.BoolVar(&o.Raw, "raw", false, "the weights as trained last, not their average")
	flags.StringVar(&o.Checkpoint, "from", "", "checkpoint `file` of the run; its last one by default")
	must(cmd.RegisterFlagCompletionFunc("profile", fixed("wide", "modern")))
	must(cmd.RegisterFlagCompletionFunc("image", fixed(imageFloat, imageBytes)))
	must(cmd.RegisterFlagCompletionFunc("int8", fixed(int8Weights, int8QDQ)))
	must(cmd.RegisterFlagCompletionFunc("check", fixed(checkOnnxruntime)))
	return cmd
}

// check refuses what cannot be written, before a plugin is started.
func (o *exportOptions) check(cmd *cobra.Command) error {
	opset, known := profiles[o.Profile]
	switch given := cmd.Flags().Changed; {
	case !known:
		return usagef("use wide or modern", "there is no profile %q", o.Profile)
	case !given("opset"):
		o.Opset = opset
	case o.Opset < export.DefaultOpset || o.Opset > export.NewestOpset:
		return usagef("13 is understood widest, 17 is for tools that want it", "--opset %d cannot be written", o.Opset)
	case given("profile") && o.Opset != opset:
		return usagef("give one of them", "--profile %s means opset %d, not %d", o.Profile, opset, o.Opset)
	}
	for _, name := range o.Checks {
		if name != checkOnnxruntime {
			return usagef("onnxruntime is", "%q is no program to check with", name)
		}
	}
	if err := o.Form.check(); err != nil {
		return err
	}
	if err := checkOutput(o.Out, ".onnx", ".html"); err != nil {
		return err
	}
	if !o.page() {
		if o.Card && (o.Network != zoo.Generator || o.Form.Batch != 0) {
			return usagef("leave out --card, or --network and --batch", "a model card is for generators with an open batch")
		}
		return nil
	}
	switch {
	case o.Network != zoo.Generator:
		return usagef("write it as .onnx", "a page shows a generator, not a %s", o.Network)
	case o.Form != (exportForm{Image: imageFloat}) || o.Card || o.Checks != nil:
		return usagef("leave them out, or write .onnx", "--batch, --image, --truncation, --fp16, --int8, --card and --check are for ONNX files, not for pages")
	}
	return nil
}

// page reports whether a page is wanted in place of a model.
func (o *exportOptions) page() bool { return strings.EqualFold(filepath.Ext(o.Out), ".html") }

// exported is what --json tells of an export.
type exported struct {
	Run        string         `json:"run"`
	Checkpoint string         `json:"checkpoint"`
	Out        string         `json:"out"`
	Bytes      int            `json:"bytes"`
	SHA256     string         `json:"sha256"`
	Network    string         `json:"network"`
	Opset      int            `json:"opset"`
	Form       string         `json:"form"`                  // "float32", "float16", …
	Plain      int            `json:"plain_bytes,omitempty"` // of the model as float32, where it is not
	FID        *beforeAfter   `json:"fid,omitempty"`         // where precision was given up
	Verified   []verification `json:"verified"`
	Card       string         `json:"card,omitempty"`
}

func runExport(ctx context.Context, o *exportOptions) error {
	src, err := openSource(ctx, o.f, o.Run, o.Checkpoint)
	if err != nil {
		return err
	}
	defer src.Close()
	m, err := o.model(ctx, src)
	if err != nil {
		return err
	}
	content := m.content
	if o.page() {
		if content, err = m.page(ctx); err != nil {
			return err
		}
	}
	result := m.result(content)
	var card *cardFiles
	if o.Card {
		if card, err = m.card(ctx, &result); err != nil {
			return err
		}
	}
	// The model comes first: a card beside an older model would describe it wrongly.
	if err := atomicfile.WriteBytes(o.Out, content); err != nil {
		return err
	}
	if card != nil {
		if err := card.write(); err != nil {
			return err
		}
		result.Card = card.path
	}
	return o.report(&result)
}

// result sums up an export.
func (m *model) result(content []byte) exported {
	sum := sha256.Sum256(content)
	r := exported{
		Run: m.src.run.ID, Checkpoint: m.src.checkpoint, Out: m.o.Out, Bytes: len(content), SHA256: hex.EncodeToString(sum[:]),
		Network: m.o.Network, Opset: m.o.Opset, Form: m.precision, FID: m.fid, Verified: m.verified,
	}
	if m.precision != precisionFloat && !m.o.page() {
		r.Plain = len(m.plain)
	}
	return r
}

func (o *exportOptions) report(r *exported) error {
	if o.f.JSON {
		return o.f.IO.JSON(r)
	}
	out := o.f.IO.Out
	fmt.Fprintf(out, "%s: %s of %s (%s), opset %d, %s\n", o.Out, r.Network, r.Run, filepath.Base(r.Checkpoint), r.Opset, text.Bytes(int64(r.Bytes)))
	if r.Plain != 0 {
		fmt.Fprintf(out, "%s: %.0f%% of the %s that float32 takes\n", r.Form, 100*float64(r.Bytes)/float64(r.Plain), text.Bytes(int64(r.Plain)))
	}
	if r.FID != nil {
		fmt.Fprintf(out, "FID (LeNet): %s before, %s after, of %s\n", text.Figure(r.FID.Before), text.Figure(r.FID.After), text.Plural(int64(r.FID.Samples), "sample", "samples"))
	}
	for _, v := range r.Verified {
		fmt.Fprintf(out, "verified by %s on %s: %v\n", v.By, text.Plural(int64(v.Samples), "sample", "samples"), v)
	}
	if r.Card != "" {
		fmt.Fprintf(out, "model card: %s, with %s\n", r.Card, strings.TrimSuffix(r.Card, ".md")+".png")
	}
	return nil
}
