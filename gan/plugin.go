package gan

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// Version of the variants that tell no other: those in this module.
const Version = "0.1.0"

// plugin answers the contract for a variant.
type plugin struct{ *Variant }

// NewPlugin makes a variant a plugin of the zoo. It panics when the variant's
// own defaults are not settings that it takes.
func NewPlugin(v *Variant) zoo.Plugin {
	if err := v.checkDefaults(); err != nil {
		panic(err)
	}
	return plugin{v}
}

// Describe implements zoo.Plugin.
func (p plugin) Describe(context.Context) (*zoo.Description, error) {
	d := p.Description()
	return &d, nil
}

// Check implements zoo.Checker.
func (p plugin) Check(_ context.Context, d *zoo.Dataset, c *zoo.Config) error {
	return p.check(*c, d)
}

// Train implements zoo.Plugin.
func (p plugin) Train(ctx context.Context, req *zoo.TrainRequest, emit func(*zoo.Event) error) error {
	return p.train(ctx, req, emit)
}

// Sample implements zoo.Plugin.
func (p plugin) Sample(_ context.Context, req *zoo.SampleRequest) (*tensor.Tensor, error) {
	return p.sample(req)
}

// Evaluate implements zoo.Plugin.
func (p plugin) Evaluate(ctx context.Context, req *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	return p.evaluate(ctx, req)
}

// Export implements zoo.Plugin.
func (p plugin) Export(ctx context.Context, req *zoo.ExportRequest, w io.Writer) error {
	return p.export(ctx, req, w)
}

// Description is what the zoo shows of the variant.
func (v *Variant) Description() zoo.Description {
	d := zoo.Description{
		Name: v.Name, Title: v.Title, Year: v.Year, Paper: v.Paper, Objective: v.Objective, Version: v.version(),
		Kinds: v.kinds(), Labels: v.labels(), Archs: []string{v.Images.Arch},
	}
	for _, name := range arch.Names() {
		if name != v.Images.Arch {
			d.Archs = append(d.Archs, name)
		}
	}
	for _, p := range v.params() {
		doc := p.Doc
		if value, ok := v.Points.Set[p.Name]; ok {
			doc += fmt.Sprintf(" (on points: %s)", format(value))
		}
		if value, ok := v.Original.Set[p.Name]; ok {
			doc += fmt.Sprintf(" (paper: %s)", format(value))
		}
		choices := p.Choices
		switch {
		case p.Name == "preset" && v.Original.empty():
			choices = []string{presetDefault}
			doc += "; there is none of the paper's"
		case p.Name == "preset":
			doc += fmt.Sprintf("; on images %s, or %s; where a network does not fit them, the first that does", v.setup(zoo.Images, presetDefault), v.setup(zoo.Images, presetPaper))
		}
		d.Params = append(d.Params, zoo.Param{Name: p.Name, Default: format(p.Default), Doc: doc, Choices: choices})
	}
	return d
}

func (v *Variant) version() string { return cmp.Or(v.Version, Version) }

func (v *Variant) kinds() []zoo.Kind {
	if len(v.Kinds) == 0 {
		return []zoo.Kind{zoo.Images, zoo.Points}
	}
	return v.Kinds
}

func (v *Variant) labels() zoo.Labels { return cmp.Or(v.Labels, zoo.LabelsUnused) }
