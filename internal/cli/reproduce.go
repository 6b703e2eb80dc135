package cli

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/reproduce"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/internal/versus"
)

type reproduceOptions struct {
	f     *Factory
	Name  string // of the protocol; empty: list them
	Brief bool
	Seeds int
	Out   string
}

func newReproduce(f *Factory, run func(context.Context, *reproduceOptions) error) *cobra.Command {
	o := &reproduceOptions{f: f}
	if run == nil {
		run = runReproduce
	}
	cmd := &cobra.Command{
		Use:   "reproduce [NAME]",
		Short: "Take a paper's figures again, and lay ours beside them",
		Long: `Without a name, list the protocols: what is taken again, from which paper, and
about how long it takes on two cores.

With a name, follow that protocol: train what it asks for with several seeds,
measure it, and lay the mean and the standard deviation beside what the paper
published. The trainings are comparisons in folders of their own, with the same
pages as those of zoo compare. The same command goes on where it was stopped,
and with more --seeds adds to what is there; the table is kept as
` + rowsFile + `.

--short passes through every part of a protocol in a few steps: its figures mean
nothing.`,
		Example: `  zoo reproduce
  zoo reproduce dirac
  zoo reproduce catgan-100 --seeds 3 --out catgan
  zoo reproduce sgan --short`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeProtocol,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.Name = args[0]
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.Brief, "short", false, "cut every training short, to see that all works")
	intVar(flags, &o.Seeds, "seeds", maxSeeds, "how many seeds, from 1 on; each protocol's own number by default")
	flags.StringVarP(&o.Out, "out", "o", "", "`folder` of the results; reproduce-<name> among the runs by default")
	must(cmd.MarkFlagDirname("out"))
	return cmd
}

// completeProtocol offers the names of the protocols with their titles.
func completeProtocol(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var words []string
	for i := range reproduce.Published {
		if len(args) == 0 {
			words = append(words, reproduce.Published[i].Name+"\t"+reproduce.Published[i].Title)
		}
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

func runReproduce(ctx context.Context, o *reproduceOptions) error {
	if o.Name == "" {
		return o.list()
	}
	p := reproduce.Find(o.Name)
	if p == nil {
		names := reproduce.Names()
		return fault.New(fault.NotFound, "there is no protocol \""+o.Name+"\"", "",
			didyoumean.Sentence(o.Name, names, "choose among "+strings.Join(names, ", ")))
	}
	if o.Out == "" {
		o.Out = filepath.Join(o.f.RunsDir, "reproduce-"+p.Name)
		if o.Brief {
			o.Out += "-short"
		}
	}
	dir, err := filepath.Abs(o.Out)
	if err != nil {
		return err
	}
	o.Out = dir
	rows, whole, err := o.follow(ctx, p)
	if err != nil {
		return err
	}
	return o.report(p, rows, whole)
}

// follow takes the figures. They are whole unless the user stopped it.
func (o *reproduceOptions) follow(ctx context.Context, p *reproduce.Protocol) (rows []reproduce.Row, whole bool, err error) {
	if p.Compute != nil {
		rows, err = p.Compute(ctx, o.Brief)
		return rows, true, err
	}
	results := map[string][]versus.Result{}
	whole = true
	for _, t := range p.Plans(o.Seeds, o.Brief) {
		c := &compareOptions{f: o.f, Plan: t.Plan, Out: filepath.Join(o.Out, t.Name), Jobs: 1, extractor: p.Extractor}
		folder, err := c.carryOut(ctx)
		if err != nil {
			return nil, false, err
		}
		if results[t.Name], err = folder.Results(); err != nil {
			return nil, false, err
		}
		if slices.ContainsFunc(results[t.Name], unfinished) {
			whole = false
			break
		}
	}
	return p.Rows(results), whole, nil
}

// list shows what can be reproduced.
func (o *reproduceOptions) list() error {
	if o.f.JSON {
		type listed struct {
			Name    string  `json:"name"`
			Title   string  `json:"title"`
			Paper   string  `json:"paper"`
			Differs string  `json:"differs,omitempty"`
			Seeds   int     `json:"seeds"`
			Minutes float64 `json:"minutes"` // a seed
		}
		list := []listed{}
		for i := range reproduce.Published {
			p := &reproduce.Published[i]
			list = append(list, listed{p.Name, p.Title, p.Paper, p.Differs, max(1, p.Seeds), p.Takes.Minutes()})
		}
		return o.f.IO.JSON(list)
	}
	table := o.f.IO.Table("NAME", "WHAT", "PAPER", ">A SEED", ">SEEDS")
	for i := range reproduce.Published {
		p := &reproduce.Published[i]
		seeds := "-"
		if p.Seeds > 0 {
			seeds = text.Count(int64(p.Seeds))
		}
		table.Row(p.Name, p.Title, p.Paper, text.Duration(p.Takes), seeds)
	}
	return table.Print()
}
