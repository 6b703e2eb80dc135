// Package export writes a generator, or another network, as an ONNX file that runs
// anywhere: onnxruntime, a browser, OpenCV, Go.
//
//	err := export.CheckBatch(one, two) // the network built for one example and for two
//	err = export.Write(w, one, export.Options{Version: "v0.1.0", Doc: "Generator."})
//
// What is written is a graph.Graph in inference mode, built at batch 1: its inputs are the
// model's, and so are its outputs, by their names. Since the graph's ops are ONNX's, export
// is a translation and not a conversion:
//
//   - translate.go: the graph's ops as ONNX operators, in those forms only
//     that every consumer computes rightly (docs/export.md says which are not);
//   - batch.go and twin.go: the proof that axis 0 is the batch all the way, so
//     that the model holds for any number of examples;
//   - passes.go: the list of rewrites, one small file each;
//   - names.go, encode.go: names that a person can follow, and the bytes.
//
// The same graph and options give the same bytes. Package verify is the way
// back.
package export

import (
	"io"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// Options says what goes into the file besides the graph.
type Options struct {
	Version string // of the producer, "v0.1.0"
	Doc     string // a sentence for whoever opens the file
	Opset   int    // 13 to 17; 13 (also meant by 0) is understood widest, 17 is for tools that want it

	// Batch fixes the number of examples; 0 leaves it open as the dimension N.
	Batch int

	// Metadata becomes metadata_props. Keys are "ganzoo." and a flat name, or
	// one of ONNX's own: model_author, model_license, Image.NominalPixelRange
	// (which is Normalized_1_1, the zoo's −1…1, unless given here).
	Metadata map[string]string
}

// irVersions pairs each opset offered with the file format's version of its
// time. All forms that are written hold for all of these opsets.
var irVersions = map[int]int64{13: 7, 14: 7, 15: 8, 16: 8, 17: 8}

// DefaultOpset is what opset 0 means; NewestOpset is the last one offered.
const (
	DefaultOpset = 13
	NewestOpset  = 17
)

// Write writes g as an ONNX model. Its inputs have extent 1 on axis 0, the
// batch; its outputs depend on them. CheckBatch proves what one example cannot
// show: that a Reshape leaves the batch where it is. Variables and constants become
// initialisers by their present values.
//
// A graph that has no such form is a *fault.Error that names the node and the
// line that made it; so is an option out of range. Errors of w pass through.
func Write(w io.Writer, g *graph.Graph, o Options) error {
	if err := o.check(); err != nil {
		return err
	}
	m, err := translate(g)
	if err != nil {
		return err
	}
	for _, p := range passes {
		if err := p.run(m); err != nil {
			return fault.Wrap(fault.Internal, err, "export pass \""+p.name+"\" failed", g.Name(), "")
		}
	}
	content, err := proto.MarshalOptions{Deterministic: true}.Marshal(encode(m, o))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "cannot encode the model", g.Name(), "")
	}
	_, err = w.Write(content)
	return err
}

// check refuses options out of range and fills in the default opset.
func (o *Options) check() error {
	if o.Opset == 0 {
		o.Opset = DefaultOpset
	}
	if irVersions[o.Opset] == 0 {
		return fault.New(fault.Usage, "that opset cannot be written", "opset", "use one of 13 to 17")
	}
	if o.Batch < 0 {
		return fault.New(fault.Usage, "the batch is negative", "batch", "use 0 to leave it open, or a positive number")
	}
	standard := []string{"model_author", "model_license", nominalPixelRange}
	for _, key := range slices.Sorted(maps.Keys(o.Metadata)) {
		if !strings.HasPrefix(key, "ganzoo.") && !slices.Contains(standard, key) {
			return fault.New(fault.Internal, "unknown metadata key "+key, "export options",
				"begin it with ganzoo. or use one of "+strings.Join(standard, ", "))
		}
	}
	return nil
}
