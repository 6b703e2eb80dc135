package cli

import (
	"context"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/metrics"
)

type emdOptions struct {
	f    *Factory
	P, Q string
	Cost string
}

func newEMD(f *Factory, run func(context.Context, *emdOptions) error) *cobra.Command {
	o := &emdOptions{f: f}
	if run == nil {
		run = runEMD
	}
	cmd := &cobra.Command{
		Use:   "emd P.csv Q.csv",
		Short: "Exact earth mover's distance of two histograms, with its proof",
		Long: `Work out the exact earth mover's distance of two discrete distributions: the
cheapest plan that turns one into the other, and the Kantorovich potentials that
prove that none is cheaper. The gap between both values is 0 but for rounding.

A file has one weight a line; each over their sum is a bin's share. Moving a
share from line i to line j costs |i−j| for each unit, or what the file of
--cost says: a line for each weight of P, with a number for each weight of Q,
parted by commas. The plan and the potentials are shown with --json: the
potentials of i and of j never add up to more than the cost between them, and
weight moves only where they add up to it.`,
		Example: "  zoo emd p.csv q.csv\n  zoo emd p.csv q.csv --cost cost.csv --json",
		Args:    exactly("a file of weights", "a second one"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.P, o.Q = args[0], args[1]
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.Cost, "cost", "", "CSV `file` of the cost from each bin of P to each of Q; |i−j| by default")
	must(cmd.MarkFlagFilename("cost", "csv"))
	return cmd
}

func runEMD(_ context.Context, o *emdOptions) error {
	p, err := readWeights(o.P)
	if err != nil {
		return err
	}
	q, err := readWeights(o.Q)
	if err != nil {
		return err
	}
	cost, err := o.cost(len(p), len(q))
	if err != nil {
		return err
	}
	t, err := metrics.EMD(p, q, cost)
	if err != nil {
		return at(err, o.Cost) // the weights have been looked at
	}
	return o.report(t)
}

func (o *emdOptions) cost(n, m int) ([][]float64, error) {
	if o.Cost != "" {
		return readTable(o.Cost, "write a line for each weight of P, its costs parted by commas")
	}
	if n*m > metrics.MaxTransportCells {
		return nil, nil // too many for EMD, which says so
	}
	cost := make([][]float64, n)
	for i := range cost {
		cost[i] = make([]float64, m)
		for j := range cost[i] {
			cost[i][j] = math.Abs(float64(i - j))
		}
	}
	return cost, nil
}

// emdReport is a transport in JSON. Bins count from 0 in its lists.
type emdReport struct {
	EMD        float64       `json:"emd"`  // the primal value
	Dual       float64       `json:"dual"` // what the potentials prove
	Gap        float64       `json:"gap"`
	Plan       [][]float64   `json:"plan"` // a row for each weight of P, a column for each of Q
	Potentials emdPotentials `json:"potentials"`
}

type emdPotentials struct {
	P []float64 `json:"p"`
	Q []float64 `json:"q"`
}

func (o *emdOptions) report(t *metrics.Transport) error {
	if o.f.JSON {
		return o.f.IO.JSON(emdReport{t.Distance, t.Dual, t.Gap, t.Plan, emdPotentials{t.PotentialsP, t.PotentialsQ}})
	}
	table := o.f.IO.Table("QUANTITY", ">VALUE", "WHAT")
	table.Row("emd", fmt.Sprint(t.Distance), "cost of the cheapest plan")
	table.Row("dual", fmt.Sprint(t.Dual), "what the potentials prove it to be at least")
	table.Row("gap", fmt.Sprint(t.Gap), "between the two")
	return table.Print()
}
