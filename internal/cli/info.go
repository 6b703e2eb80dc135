package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
)

type infoOptions struct {
	f       *Factory
	Variant string
}

func newInfo(f *Factory, run func(*infoOptions) error) *cobra.Command {
	if run == nil {
		run = runInfo
	}
	return &cobra.Command{
		Use:               "info VARIANT",
		Short:             "Show a variant: objective, parameters, trained runs",
		Example:           "  zoo info wgan\n  zoo info wgangp --json",
		Args:              exactly("a variant"),
		ValidArgsFunction: first(f.variants, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			return run(&infoOptions{f: f, Variant: args[0]})
		},
	}
}

func runInfo(o *infoOptions) error {
	h, err := o.f.Host()
	if err != nil {
		return err
	}
	v, err := h.Variant(o.Variant)
	if err != nil {
		return err
	}
	all, err := h.Runs()
	if err != nil {
		return err
	}
	var trained []*host.Run
	for _, r := range all {
		if r.Variant == v.Name {
			trained = append(trained, r)
		}
	}
	if o.f.JSON {
		return o.f.IO.JSON(struct {
			*host.Variant
			Runs []runView `json:"runs"`
		}{v, viewRuns(trained)})
	}
	return printInfo(o.f, v, trained)
}

func printInfo(f *Factory, v *host.Variant, trained []*host.Run) error {
	p, out := f.IO.OutPalette(), f.IO.Out
	heading := func(s string) { fmt.Fprintf(out, "\n%s\n", p.Bold(s)) }

	fmt.Fprintf(out, "%s  %s (%s, %s)\n", p.Bold(v.Name), v.Title, year(v.Year), v.Paper)
	fmt.Fprintf(out, "learns    %s\n", needs(v.Description))
	if len(v.Archs) > 0 {
		fmt.Fprintf(out, "networks  %s\n", strings.Join(v.Archs, ", "))
	}
	if v.Builtin {
		fmt.Fprintf(out, "version   %s, built in\n", v.Version)
	} else {
		fmt.Fprintf(out, "version   %s, from %s (%s)\n", v.Version, v.Path, v.Hash)
	}

	heading("Objective")
	for line := range strings.Lines(strings.TrimSpace(v.Objective)) {
		fmt.Fprintf(out, "  %s\n", strings.TrimRight(line, " \n"))
	}

	if len(v.Params) > 0 {
		heading("Parameters (--set name=value)")
		table := f.IO.Table("NAME", "DEFAULT", "WHAT IT DOES")
		for _, param := range v.Params {
			doc := param.Doc
			if len(param.Choices) > 0 {
				doc += " (" + strings.Join(param.Choices, ", ") + ")"
			}
			table.Row(param.Name, param.Default, doc)
		}
		if err := table.Print(); err != nil {
			return err
		}
	}

	heading("Runs")
	if len(trained) == 0 {
		_, err := fmt.Fprintf(out, "none yet; make one: zoo train %s --data %s\n", v.Name, exampleData(v.Description))
		return err
	}
	return printRuns(f, trained)
}
