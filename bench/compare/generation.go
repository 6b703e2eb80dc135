package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// generation is a line of the comparison of inference: a trained generator makes
// images, so many at once.
type generation struct {
	arch  string
	batch int
}

var generations = []generation{{"dcgan28", 1}, {"dcgan28", 64}, {"dcgan64", 1}, {"dcgan64", 64}}

func (g generation) name() string { return fmt.Sprintf("generate/%s/%d", g.arch, g.batch) }

// training is what trains such a generator.
func (g generation) training() work { return work{variant: "wgangp", arch: g.arch} }

func chosenGenerations(filter string) []generation {
	return slices.DeleteFunc(slices.Clone(generations), func(g generation) bool { return !strings.Contains(g.name(), filter) })
}

// generator is one side of the comparison of inference.
type generator struct {
	name  string
	forms []generatorForm // that may be its best

	// rate runs a generation for warmUp and then for clock, and returns the images
	// a second of the latter. model is the exported generator.
	rate func(ctx context.Context, g generation, model string, f generatorForm, warmUp, clock time.Duration) (float64, error)
}

// generatorForm is a way to run a side.
type generatorForm struct {
	threads threads
	kind    string // of the network, where there are several
}

func (f generatorForm) String() string {
	return strings.TrimSuffix(f.threads.String()+", "+f.kind, ", ")
}

// generated is what the runs of one generation came to, by side: its best form,
// and images a second of every round.
type generated struct {
	generation
	best  []generatorForm
	rates [][]float64
}

// compareGeneration lets each side choose its form, then all take turns.
func compareGeneration(ctx context.Context, g generation, sides []generator, zoo *zooBinary, o options) (generated, error) {
	r := generated{generation: g, best: make([]generatorForm, len(sides)), rates: make([][]float64, len(sides))}
	model, err := zoo.export(ctx, g.training())
	if err != nil {
		return r, err
	}
	// A run takes milliseconds, so a quarter of the time of a training will do.
	warmUp, clock := o.WarmUp/4, o.Clock/4
	for i, side := range sides {
		r.best[i], err = fastest(g.name(), side.name, side.forms, func(f generatorForm) (float64, error) {
			return side.rate(ctx, g, model, f, warmUp, clock)
		})
		if err != nil {
			return r, err
		}
	}
	for round := range o.Rounds {
		for turn := range sides {
			i := (turn + round) % len(sides) // none always comes first
			rate, err := sides[i].rate(ctx, g, model, r.best[i], warmUp, clock)
			if err != nil {
				return r, err
			}
			r.rates[i] = append(r.rates[i], rate)
		}
		fmt.Fprintf(os.Stderr, "%-24s round %d of %d:", g.name(), round+1, o.Rounds)
		for i, side := range sides {
			fmt.Fprintf(os.Stderr, " %s %.0f", side.name, r.rates[i][round])
		}
		fmt.Fprintln(os.Stderr, " images/s")
	}
	return r, nil
}

// ratios are ganzoo's to those of side i, round by round, sorted.
func (r *generated) ratios(i int) []float64 {
	var all []float64
	for round, ours := range r.rates[0] {
		all = append(all, ours/r.rates[i][round])
	}
	slices.Sort(all)
	return all
}
