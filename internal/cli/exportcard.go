package cli

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/picture"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/metrics/classifier"
	"github.com/ganzoo/ganzoo/zoo"
)

//go:embed exportcard.tmpl
var cardText string

var cardTemplate = template.Must(template.New("card").Funcs(template.FuncMap{
	"figure": figure, "public": publicName, "bytes": func(n int) string { return text.Bytes(int64(n)) },
}).Parse(cardText))

// card is what a model card is filled with.
type card struct {
	*exported
	Variant   *zoo.Description
	Data      zoo.Dataset
	File      string // base name of the model
	Picture   string // base name; "" when there is none
	Step      string
	Measures  []measured
	MeasuredN string

	Latent  int
	Uniform bool
	// Truncation is what the model multiplies noise by; 0: nothing.
	Truncation float64

	Classes  int // of the input y; 0: there is none
	Codes    []zoo.Code
	Image    string // "4×1×28×28, −1…1", for four samples
	Uint8    bool   // the image is bytes
	InOpenCV bool
}

// measuredForCard is on how many samples the card's figures are taken.
const measuredForCard = 2500

// cardFiles are a model card and its picture, ready to be written.
type cardFiles struct {
	path, picturePath string
	content           []byte
	picture           image.Image
}

// write puts both in place.
func (c *cardFiles) write() error {
	if err := picture.WritePNG(c.picturePath, c.picture); err != nil {
		return err
	}
	return atomicfile.WriteBytes(c.path, c.content)
}

// card makes the model card that goes beside the model.
func (m *model) card(ctx context.Context, r *exported) (*cardFiles, error) {
	stem := strings.TrimSuffix(m.o.Out, filepath.Ext(m.o.Out))
	run, err := onnxrun.Load(m.content, onnxrun.Options{})
	if err != nil {
		return nil, err
	}
	c := card{
		exported: r, Variant: &m.src.variant.Description, Data: m.src.run.Dataset, File: filepath.Base(m.o.Out),
		Picture: filepath.Base(stem) + ".png", Step: run.Metadata["ganzoo.step"],
		Uniform: run.Metadata["ganzoo.prior"] == "uniform", Uint8: m.o.Form.Image == imageBytes,
		Codes: m.codes, Truncation: m.o.Form.Truncation,
		InOpenCV: !m.o.Form.lossy() && m.o.Form.Image == imageFloat,
	}
	for _, in := range run.Inputs() {
		switch in.Name {
		case "z":
			c.Latent = in.Dims[1].Size
		case "y":
			c.Classes = in.Dims[1].Size
		}
	}
	c.Image = shapeInWords(run.Outputs()[0], c.Uint8)
	if c.Measures, err = m.cardMeasures(ctx); err != nil {
		return nil, err
	}
	c.MeasuredN = text.Count(measuredForCard)
	files := &cardFiles{path: stem + ".md", picturePath: stem + ".png"}
	if files.picture, err = m.drawForCard(ctx); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = cardTemplate.Execute(&b, c)
	files.content = b.Bytes()
	return files, err
}

// shapeInWords is the output of four samples: "4×1×28×28, −1…1".
func shapeInWords(out onnxrun.Port, levels bool) string {
	words := "4"
	for _, d := range out.Dims[1:] {
		words += fmt.Sprintf("×%d", d.Size)
	}
	switch {
	case levels:
		return words + ", 0…255"
	case len(out.Dims) == 4:
		return words + ", −1…1"
	}
	return words
}

// drawForCard draws the samples that zoo sample begins with.
func (m *model) drawForCard(ctx context.Context) (image.Image, error) {
	n := defaultSamples
	if m.src.run.Dataset.Kind == zoo.Points {
		n = defaultPoints
	}
	p, err := m.probe(ctx, n, defaultSeed, m.o.Form.scale())
	if err != nil {
		return nil, err
	}
	return picture.Draw(p.want[imageOutput], loadReference(m.src.run.Dataset), 8)
}

// cardMeasures takes the figures that say most of a generator, where the data is
// at hand: reading a card should not wait for a download.
func (m *model) cardMeasures(ctx context.Context) ([]measured, error) {
	d := m.src.run.Dataset
	if _, err := os.Stat(d.TrainX); err != nil {
		return nil, nil
	}
	names := []string{"sliced"}
	if _, mixture := data.Toy(d.Name); mixture {
		names = []string{"modes"}
	} else if slices.Contains(classifier.Names(), d.Name) {
		names = []string{"fid", "prdc"}
	}
	e := &evaluateOptions{f: m.o.f, N: measuredForCard, Seed: defaultSeed, Measures: names}
	return e.sampleMeasures(ctx, m.src, d)
}
