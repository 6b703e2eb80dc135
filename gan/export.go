package gan

import (
	"fmt"
	"io"
	"strconv"

	"github.com/ganzoo/ganzoo/export"
	"github.com/ganzoo/ganzoo/zoo"
)

// export answers the contract's Export.
func (v *Variant) export(req *zoo.ExportRequest, w io.Writer) error {
	s, err := load(req.Checkpoint, v)
	if err != nil {
		return err
	}
	m, err := s.model(v)
	if err != nil {
		return err
	}
	g, err := m.servingGraph(1, req.Raw)
	if err != nil {
		return err
	}
	set := m.Settings
	return export.Write(w, g, export.Options{
		Version: Version,
		Doc:     fmt.Sprintf("Generator of a %s (%s). Draw z from %s; the output lies in −1…1.", v.Title, v.Paper, priorInWords(set)),
		Opset:   req.Opset,
		Metadata: map[string]string{
			"ganzoo.variant": v.Name,
			"ganzoo.paper":   v.Paper,
			"ganzoo.arch":    set.Arch.Name,
			"ganzoo.prior":   set.Choice("prior"),
			"ganzoo.latent":  strconv.Itoa(set.Int("latent")),
			"ganzoo.step":    strconv.FormatInt(s.counters.Step, 10),
			"ganzoo.seed":    strconv.FormatUint(set.Seed, 10),
			"ganzoo.data":    s.origin.Fingerprint,
			"ganzoo.average": strconv.FormatBool(!req.Raw && len(m.average) > 0),
		},
	})
}

// priorInWords names the distribution of the latents.
func priorInWords(s *Settings) string {
	if s.Choice("prior") == priorUniform {
		return "U(−1,1)"
	}
	return "N(0,1)"
}
