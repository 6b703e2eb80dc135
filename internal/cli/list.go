package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/zoo"
)

type listOptions struct{ f *Factory }

func newList(f *Factory, run func(*listOptions) error) *cobra.Command {
	if run == nil {
		run = runList
	}
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the variants",
		Long: `List every variant, built in or registered: its name, year, paper, what data it
learns and its title. On a terminal "any data" are images or points, "labels"
says that the data must have labels, "(labels)" that it learns from some where
given.`,
		Example: "  zoo list\n  zoo list --json",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, args []string) error { return run(&listOptions{f}) },
	}
}

func runList(o *listOptions) error {
	h, err := o.f.Host()
	if err != nil {
		return err
	}
	variants, err := h.Variants()
	if err != nil {
		return err
	}
	if o.f.JSON {
		return o.f.IO.JSON(variants)
	}
	table := o.f.IO.Table("NAME", "YEAR", "PAPER", "LEARNS", "TITLE")
	learns := needs
	if o.f.IO.OutIsTTY() {
		learns = needsBriefly
	}
	for _, v := range variants {
		table.Row(v.Name, year(v.Year), v.Paper, learns(v.Description), v.Title)
	}
	return table.Print()
}

func year(y int) string {
	if y == 0 {
		return "-"
	}
	return strconv.Itoa(y)
}

// needs words what data a variant learns from: "images or points, with labels".
func needs(d zoo.Description) string {
	kinds := make([]string, len(d.Kinds))
	for i, k := range d.Kinds {
		kinds[i] = string(k)
	}
	return strings.Join(kinds, " or ") + labelled(d, ", with labels", ", labels help")
}

// needsBriefly is needs in so few letters that a line of the list holds a title:
// "any data", "images, labels".
func needsBriefly(d zoo.Description) string {
	kind := "any data"
	if len(d.Kinds) == 1 {
		kind = string(d.Kinds[0])
	}
	return kind + labelled(d, ", labels", " (labels)")
}

// labelled is the first of the words where the data must have labels, the second
// where they may.
func labelled(d zoo.Description, required, optional string) string {
	switch d.Labels {
	case zoo.LabelsRequired:
		return required
	case zoo.LabelsOptional:
		return optional
	}
	return ""
}
