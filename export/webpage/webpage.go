// Package webpage writes a generator as one self-contained web page that draws
// with it: no network, no server, from a file.
//
//   - program.go: the ONNX model as the list of operators that the page runs;
//   - executor.js, gemm.wat: what runs it there;
//   - directions.go: what the page's sliders move along;
//   - page.html, page.css, page.js: what a person sees.
//
// docs/demo.md tells why the page has an executor of its own.
package webpage

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"

	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
)

// Page is what the page shows beside the model's pictures.
type Page struct {
	Title   string        // "Wasserstein GAN with gradient penalty"
	About   string        // a sentence of what was trained on what
	Paper   string        // "arXiv:1704.00028"
	Prior   string        // "normal" or "uniform", of the latents
	Shape   []int         // of an example: C×H×W, or 2
	Classes int           // of a model with an input y; else 0
	File    string        // stem of the names of downloads
	Codes   []latent.Code // each an input of its own, and the last columns of the latents

	// Latents are the first grid's, N×latent: those of a seed, so that the page
	// begins with the pictures of zoo sample. Labels are their classes.
	Latents *tensor.Tensor
	Labels  []int64
}

// code is a latent.Code as page.js reads it.
type code struct {
	Name       string `json:"name"`
	At         int    `json:"at"` // first column
	Width      int    `json:"width"`
	Categories int    `json:"categories"`
}

// data is what page.js reads.
type data struct {
	Title   string      `json:"title"`
	Prior   string      `json:"prior"`
	Shape   []int       `json:"shape"`
	Classes int         `json:"classes"`
	File    string      `json:"file"`
	Latent  int         `json:"latent"`
	Labels  []int64     `json:"labels,omitempty"`
	Codes   []code      `json:"codes"`
	Plain   int         `json:"plain"` // columns of the prior, before the codes
	Dirs    [][]float64 `json:"directions"`
	Output  string      `json:"output"`
	Program *program    `json:"program"`
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed executor.js
	executorJS string
	//go:embed page.js
	pageJS string
	//go:embed gemm.wasm
	gemmWasm []byte

	page = template.Must(template.New("page").Parse(pageHTML))
)

// Write makes the page of an ONNX model in package export's wide profile. With
// half, its larger weights are stored as float16; the page computes in float32.
// An operator that the page does not run is a *fault.Error that names it.
func Write(model []byte, p Page, half bool) ([]byte, error) {
	width := p.Latents.Shape[1]
	layout := latent.Layout{Codes: p.Codes}
	layout.Noise = width - layout.Width()
	prog, blob, err := compile(model, layout.Names(), half)
	if err != nil {
		return nil, err
	}
	codes := make([]code, len(p.Codes))
	for i, c := range p.Codes {
		at, _ := layout.Column(c.Name)
		codes[i] = code{c.Name, at, c.Width(), c.Categories}
	}
	d := data{
		Title: p.Title, Prior: p.Prior, Shape: p.Shape, Classes: p.Classes, File: p.File,
		Latent: width, Labels: p.Labels, Codes: codes, Plain: layout.Noise, Dirs: directions(prog.firstWeight, layout.Noise), Output: prog.output, Program: prog,
	}
	list, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("the page's data: %w", err)
	}
	var b bytes.Buffer
	err = page.Execute(&b, map[string]any{
		"Title": p.Title, "About": p.About, "Paper": p.Paper,
		"CSS": template.CSS(pageCSS), "JS": template.JS(executorJS + "\n" + pageJS), "Data": template.JS(list),
		"Wasm": text(gemmWasm), "Weights": text(blob), "Latents": text(littleEndian(p.Latents.Data)),
	})
	return b.Bytes(), err
}

// text is bytes in base64, whose letters HTML leaves alone.
func text(raw []byte) template.HTML { return template.HTML(base64.StdEncoding.EncodeToString(raw)) }
