// Command compare trains the reference networks with ganzoo, PyTorch and other
// libraries in Go on this machine, makes images with exported generators with ganzoo,
// onnxruntime and PyTorch, and prints how fast each is.
//
//	go run ./bench/compare                            # all works; writes bench/RESULTS.md
//	go run ./bench/compare --filter wgangp/dcgan28    # some of them
//	go run ./bench/compare --filter generate          # inference only
//	go run ./bench/compare --quick                    # a first impression
//	go run ./bench/compare --peers=false              # without the libraries in Go
//
// Run it from the module's root, with nothing else running. All sides do whole
// training steps: batches gathered from uint8 images and scaled, latents drawn,
// n_critic updates of the discriminator and one of the generator with their
// optimisers. ganzoo is the zoo binary with the variant in its subprocess, as
// users run it, on all cores; PyTorch is bench/pytorch/train.py in the best of
// the settings that are tried first; gomlx and gorgonia are the commands of the
// module bench/peers, which do some of the works. They take turns, so that a machine
// that slows down does so for all.
//
// For inference each side answers for the same latents again and again, in the best
// of the settings that are tried first: ganzoo with package export/onnxrun,
// onnxruntime with its package for Node (npm install --prefix .ci/onnx
// --ignore-scripts), both on the file that zoo export writes.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"
)

type options struct {
	Filter string
	Quick  bool
	Rounds int
	WarmUp time.Duration
	Clock  time.Duration
	Python string
	Peers  bool
	Out    string
}

func main() {
	o := options{Rounds: 5, WarmUp: 2 * time.Second, Clock: 8 * time.Second}
	flag.StringVar(&o.Filter, "filter", "", "compare only works whose `name` contains this, such as wgangp/dcgan28")
	flag.BoolVar(&o.Quick, "quick", false, "one short round, and fewer settings tried for PyTorch")
	flag.IntVar(&o.Rounds, "rounds", o.Rounds, "pairs of runs; the median of their ratios counts")
	flag.DurationVar(&o.Clock, "clock", o.Clock, "time on the clock in each run")
	flag.StringVar(&o.Python, "python", "", "the Python `program` that has PyTorch; found by trying when left out")
	flag.BoolVar(&o.Peers, "peers", true, "compare with other libraries in Go, too, where they can be had")
	flag.StringVar(&o.Out, "out", "", "`file` for the results; bench/RESULTS.md when all works are compared in full")
	flag.Parse()
	if o.Quick {
		o.Rounds, o.WarmUp, o.Clock = 1, time.Second, 3*time.Second
	}
	if o.Out == "" && o.Filter == "" && !o.Quick {
		o.Out = "bench/RESULTS.md"
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	works, generations := chosen(o.Filter), chosenGenerations(o.Filter)
	if len(works)+len(generations) == 0 {
		return fmt.Errorf("no work's name contains %q", o.Filter)
	}
	m := thisMachine()
	zoo, err := buildZoo(ctx)
	if err != nil {
		return err
	}
	defer zoo.remove()
	torch, err := findPyTorch(ctx, o.Python)
	if err != nil {
		return err
	}
	if torch == nil {
		fmt.Fprintln(os.Stderr, "No Python with PyTorch here (Debian: python3-torch): ganzoo runs alone.")
	} else {
		m.PyTorch = torch.Version
	}

	onnx := findONNXRuntime(ctx)
	if onnx == nil {
		fmt.Fprintln(os.Stderr, "No Node with onnxruntime-node here: generators run without it.")
	} else {
		m.ONNXRuntime = onnx.version
	}

	var libraries []library
	if o.Peers && slices.ContainsFunc(works, func(w work) bool { return w.libraries }) {
		libraries = findLibraries(ctx, zoo.dir)
	}
	m.Libraries = libraries

	var results []result
	for _, w := range works {
		m.measurePeak()
		r, err := compare(ctx, w, zoo, torch, libraries, o)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name(), err)
		}
		results = append(results, r)
	}
	sides := generatorsHere(zoo, torch, onnx)
	var images []generated
	for _, g := range generations {
		r, err := compareGeneration(ctx, g, sides, zoo, o)
		if err != nil {
			return fmt.Errorf("%s: %w", g.name(), err)
		}
		images = append(images, r)
	}
	text := report(m, results, sides, images, o)
	fmt.Print(text)
	if o.Out == "" {
		return nil
	}
	return os.WriteFile(o.Out, []byte(text), 0o644)
}
