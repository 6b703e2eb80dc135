package gan

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/zoo"
)

// export answers the contract's Export.
func (v *Variant) export(ctx context.Context, req *zoo.ExportRequest, w io.Writer) error {
	s, m, err := v.loadModel(req.Checkpoint)
	if err != nil {
		return err
	}
	if req.Network == "" || req.Network == zoo.Generator {
		return m.exportGenerator(s, req, w)
	}
	return m.exportNetwork(ctx, s, req, w)
}

func (m *Model) exportGenerator(s *saved, req *zoo.ExportRequest, w io.Writer) error {
	g, err := treatsExamplesApart(func(batch int) (*graph.Graph, error) { return m.servingGraph(batch, req.Raw) })
	if err != nil {
		return err
	}
	v, set := m.variant, m.Settings
	o := m.exportOptions(s, req, zoo.Generator)
	o.Doc = fmt.Sprintf("Generator, %s (%s). Draw z from %s; the output lies in −1…1.", v.Title, v.Paper, priorInWords(set))
	o.Metadata["ganzoo.prior"] = set.Choice("prior")
	o.Metadata["ganzoo.latent"] = strconv.Itoa(set.Int("latent"))
	if v.conditional(set) {
		o.Doc += " y is the class to make, one-hot."
		o.Metadata["ganzoo.classes"] = strconv.Itoa(set.Classes)
	}
	if len(set.codes) > 0 {
		o.Doc += " Of the codes " + codesInWords(set.codes) + "."
		o.Metadata["ganzoo.codes"] = latent.FormatCodes(set.codes)
	}
	o.Metadata["ganzoo.average"] = strconv.FormatBool(!req.Raw && m.averageG != nil)
	return export.Write(w, g, o)
}

// treatsExamplesApart returns a network's graph for one example, once it is
// proven to serve any number.
func treatsExamplesApart(build func(batch int) (*graph.Graph, error)) (*graph.Graph, error) {
	one, err := build(1)
	if err != nil {
		return nil, err
	}
	two, err := build(2)
	if err != nil {
		return nil, err
	}
	return one, export.CheckBatch(one, two)
}

// exportOptions has what the files of all networks tell.
func (m *Model) exportOptions(s *saved, req *zoo.ExportRequest, network string) export.Options {
	return export.Options{
		Version: m.variant.version(),
		Opset:   req.Opset,
		Metadata: map[string]string{
			"ganzoo.variant": m.variant.Name,
			"ganzoo.paper":   m.variant.Paper,
			"ganzoo.arch":    m.Settings.Arch.Name,
			"ganzoo.network": network,
			"ganzoo.step":    strconv.FormatInt(s.counters.Step, 10),
			"ganzoo.seed":    strconv.FormatUint(m.Settings.Seed, 10),
			"ganzoo.data":    s.origin.Fingerprint,
		},
	}
}

// priorInWords names the distribution of the latents.
func priorInWords(s *Settings) string {
	if s.Choice("prior") == priorUniform {
		return "U(−1,1)"
	}
	return "N(0,1)"
}
