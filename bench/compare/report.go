package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// report writes the table and what is needed to read it, in Markdown.
func report(m machine, results []result, sides []generator, images []generated, o options) string {
	var b strings.Builder
	fmt.Fprintln(&b, "# ganzoo beside PyTorch, onnxruntime, gomlx and gorgonia")
	fmt.Fprintf(&b, "\nMade by `go run ./bench/compare` on %s, in turns: %d.\n\n", time.Now().UTC().Format(time.DateOnly), o.Rounds)
	fmt.Fprintf(&b, "- machine: %s, %d cores, kernels of class %s", m.CPU, m.Cores, m.Class)
	if m.Peak > 0 {
		fmt.Fprintf(&b, ", FMA peak of all cores %.0f GFLOP/s in float32", m.Peak)
	}
	fmt.Fprintf(&b, "\n- ganzoo %s, %s\n", m.Ganzoo, m.Go)
	if m.PyTorch != "" {
		fmt.Fprintf(&b, "- PyTorch %s in the best setting of those tried for each line\n", m.PyTorch)
	} else {
		fmt.Fprintln(&b, "- PyTorch is not installed")
	}
	if m.ONNXRuntime != "" {
		fmt.Fprintf(&b, "- onnxruntime %s for Node in the best setting of those tried for each line\n", m.ONNXRuntime)
	} else {
		fmt.Fprintln(&b, "- onnxruntime for Node is not installed")
	}
	for _, l := range m.Libraries {
		fmt.Fprintf(&b, "- %s\n", l)
	}
	if len(results) > 0 {
		fmt.Fprintf(&b, "\n## Training, batch %d, rounds of %s\n", batch, o.Clock)
		b.WriteString(trainingNotes)
		table(&b, m, results)
	}
	if slices.ContainsFunc(results, func(r result) bool { return len(r.libraries) > 0 }) {
		b.WriteString(libraryNotes)
		libraryTable(&b, results)
	}
	if len(images) > 0 {
		fmt.Fprintf(&b, "\n## Inference, rounds of %s\n", o.Clock/4)
		b.WriteString(inferenceNotes)
		generationTable(&b, sides, images)
	}
	return b.String()
}

const trainingNotes = `
Images/s counts the real images that the discriminator sees in whole training
steps: data, latents, n_critic updates of it and one of the generator, with their
optimisers. GFLOP/s counts the multiply-adds of matrix products and convolutions
alone, as their definitions have them and as two operations each; share is that of
the FMA peak, which may be exceeded: convolutions in tiles take fewer, and products
of bfloat16 less time. Both sides work in float32 but where the line says otherwise.
Speeds are medians of the rounds; the ratio is the median of ganzoo's to PyTorch's in
each round, and its range. Memory is the peak of the training process.

`

const libraryNotes = `
### Other libraries in Go

The same works in the same rounds, whose figures of ganzoo these are.
docs/performance.md says how the libraries do them.

`

const inferenceNotes = `
Images/s that a generator makes of latents at hand, a batch at a time: the file
that zoo export writes, in PyTorch the network it was trained as. Ratios are
ganzoo's to the other's in each round, their median and range.

`

func table(b *strings.Builder, m machine, results []result) {
	fmt.Fprintln(b, "| work | ganzoo images/s | PyTorch images/s | ratio | range | GFLOP/s | share | memory MB | PyTorch's | PyTorch's setting |")
	fmt.Fprintln(b, "|---|---:|---:|---:|---|---:|---:|---:|---:|---|")
	for _, r := range results {
		rate := median(rates(r.ours))
		gflops := 2 * r.macsPerImage * rate / 1e9
		share, theirs, ratio, spread, memory, how := "", "", "", "", "", ""
		if m.Peak > 0 {
			share = fmt.Sprintf("%.0f%%", 100*gflops/m.Peak)
		}
		if r.pyTorch != nil {
			ratios := r.pyTorch.ratios(r.ours)
			theirs = fmt.Sprintf("%.0f", median(rates(r.pyTorch.runs)))
			ratio = fmt.Sprintf("%.2f", median(ratios))
			spread = fmt.Sprintf("%.2f–%.2f", ratios[0], ratios[len(ratios)-1])
			memory = fmt.Sprintf("%.0f", peakMemory(r.pyTorch.runs))
			how = r.pyTorch.setting
			if r.autocast {
				how = "bf16 autocast, " + how
			}
		}
		fmt.Fprintf(b, "| %s | %.0f | %s | %s | %s | %.0f | %s | %.0f | %s | %s |\n",
			r.title(), rate, theirs, ratio, spread, gflops, share, peakMemory(r.ours), memory, how)
	}
}

func libraryTable(b *strings.Builder, results []result) {
	fmt.Fprintln(b, "| work | library | ganzoo images/s | library's | ratio | range | memory MB | library's | its setting |")
	fmt.Fprintln(b, "|---|---|---:|---:|---:|---|---:|---:|---|")
	for _, r := range results {
		for _, l := range r.libraries {
			ratios := l.ratios(r.ours)
			fmt.Fprintf(b, "| %s | %s | %.0f | %.0f | %.1f | %.1f–%.1f | %.0f | %.0f | %s |\n",
				r.title(), l.name, median(rates(r.ours)), median(rates(l.runs)), median(ratios), ratios[0], ratios[len(ratios)-1],
				peakMemory(r.ours), peakMemory(l.runs), l.setting)
		}
	}
}

func generationTable(b *strings.Builder, sides []generator, images []generated) {
	head, rule := "| generator | batch | ganzoo images/s |", "|---|---:|---:|"
	for _, side := range sides[1:] {
		head += fmt.Sprintf(" %s images/s | ratio | range |", side.name)
		rule += "---:|---:|---|"
	}
	fmt.Fprintf(b, "%s settings |\n%s---|\n", head, rule)
	for _, r := range images {
		fmt.Fprintf(b, "| %s | %d | %.0f |", r.arch, r.batch, median(r.rates[0]))
		settings := "ganzoo: " + r.best[0].String()
		for i := 1; i < len(sides); i++ {
			ratios := r.ratios(i)
			fmt.Fprintf(b, " %.0f | %.2f | %.2f–%.2f |", median(r.rates[i]), median(ratios), ratios[0], ratios[len(ratios)-1])
			settings += fmt.Sprintf("; %s: %s", sides[i].name, r.best[i])
		}
		fmt.Fprintf(b, " %s |\n", settings)
	}
}
