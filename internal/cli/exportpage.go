package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/export/webpage"
	"github.com/ganzoo/ganzoo/zoo"
)

const (
	pagePictures = 64
	pagePoints   = 2500
)

// page makes the page that runs the model. It begins with the pictures of zoo
// sample: the latents of its seed go into it.
func (m *model) page(ctx context.Context) ([]byte, error) {
	run := m.src.run
	n := pagePictures
	if run.Dataset.Kind == zoo.Points {
		n = pagePoints
	}
	z, err := m.src.draw(ctx, n, defaultSeed)
	if err != nil {
		return nil, err
	}
	labels, err := m.src.labels(nil, n, 1)
	if err != nil {
		return nil, err
	}
	file, err := rewrite.Parse(m.plain)
	if err != nil {
		return nil, err
	}
	half, err := m.halfSuffices()
	if err != nil {
		return nil, err
	}
	p := webpage.Page{
		Title:   m.src.variant.Title,
		About:   fmt.Sprintf("Trained on %s for %s steps.", publicName(run.Dataset), file.Metadata("ganzoo.step")),
		Paper:   m.src.variant.Paper,
		Prior:   file.Metadata("ganzoo.prior"),
		Shape:   run.Dataset.Shape,
		File:    strings.TrimSuffix(filepath.Base(m.o.Out), filepath.Ext(m.o.Out)),
		Latents: z, Labels: labels, Codes: m.codes,
	}
	if labels != nil {
		p.Classes = run.Dataset.Classes
	}
	return webpage.Write(m.plain, p, half)
}

// pageBound is how far a page's pixels may be from zoo sample's, in levels of
// grey.
const pageBound = 1

// halfSuffices tells whether the page's weights may be stored as float16: if no
// pixel then moves by more than the bound. Points have no pixels to hide in.
func (m *model) halfSuffices() (bool, error) {
	if m.src.run.Dataset.Kind != zoo.Images {
		return false, nil
	}
	file, err := rewrite.Parse(m.plain)
	if err != nil {
		return false, err
	}
	if file.Half() != nil {
		return false, nil // a weight beyond float16
	}
	content, err := file.Widened().Bytes()
	if err != nil {
		return false, err
	}
	loaded, err := verify.Load(content)
	if err != nil {
		return false, err
	}
	v := verification{By: byOnnxGo + " from float16 weights", Tolerance: pageBound, Unit: greyLevels}
	for _, p := range m.probes {
		answers, err := loaded.Run(p.inputs)
		if err != nil {
			return false, err
		}
		report, err := verify.CompareOutput(imageOutput, levels(answers[imageOutput]), levels(p.want[imageOutput]), pageBound)
		if err != nil {
			return false, nil
		}
		v.add(report)
	}
	m.precision = "float16 weights"
	m.verified = append(m.verified, v)
	return true, nil
}
