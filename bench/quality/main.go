// Command quality measures how long a training takes to good digits, beside a
// PyTorch twin: the same network, settings, initial distribution and averaged
// generator, on the same images and the same machine.
//
//	go run ./bench/quality                         # writes docs/images/quality-*.svg, prints the tables
//	go run ./bench/quality --variants lsgan --seconds 30
//
// Run it from the module's root, with MNIST in the cache (zoo data fetch mnist)
// and nothing else running. The two sides train one after the other and keep
// samples as they go; both sides' samples are measured afterwards by
// `zoo evaluate`. The clock of both runs during training alone, in which ganzoo
// also keeps its checkpoints.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/bench/peer"
	"github.com/ganzoo/ganzoo/internal/atomicfile"
)

type options struct {
	Variants string
	Clock    time.Duration
	Moments  int
	Samples  int
	Python   string
	Out      string
}

func main() {
	o := options{Variants: "wgangp,dragan,lsgan", Clock: 90 * time.Second, Moments: 12, Samples: 5000, Out: "docs/images"}
	flag.StringVar(&o.Variants, "variants", o.Variants, "`names` of the variants")
	flag.DurationVar(&o.Clock, "seconds", o.Clock, "time that each side trains")
	flag.IntVar(&o.Moments, "moments", o.Moments, "points of a curve, about")
	flag.IntVar(&o.Samples, "samples", o.Samples, "samples that each point is measured on")
	flag.StringVar(&o.Python, "python", "", "the Python `program` that has PyTorch; found by trying when left out")
	flag.StringVar(&o.Out, "out", o.Out, "`folder` for the charts")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "quality:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	torch, err := peer.FindPyTorch(ctx, o.Python)
	if err != nil {
		return err
	}
	if torch == nil {
		return fmt.Errorf("no Python with PyTorch here (Debian: python3-torch)")
	}
	dir, err := os.MkdirTemp("", "ganzoo-quality-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	z := &zoo{path: filepath.Join(dir, "zoo"), dir: dir}
	if err := peer.Build(ctx, "./cmd/zoo", z.path); err != nil {
		return err
	}
	for _, variant := range strings.Split(o.Variants, ",") {
		ours, settings, err := z.train(ctx, variant, o)
		if err != nil {
			return fmt.Errorf("%s: %w", variant, err)
		}
		theirs, err := trainTwin(ctx, torch, dir, variant, settings, o)
		if err != nil {
			return fmt.Errorf("%s in PyTorch: %w", variant, err)
		}
		for _, m := range append(append([]*moment(nil), ours...), theirs...) {
			if err := z.measure(ctx, m, o.Samples); err != nil {
				return fmt.Errorf("%s: %w", variant, err)
			}
		}
		fmt.Print(table(variant, ours, theirs))
		for _, q := range qualities {
			path := filepath.Join(o.Out, "quality-"+variant+"-"+q.file+".svg")
			if err := atomicfile.WriteBytes(path, chart(variant, q, ours, theirs).SVG()); err != nil {
				return err
			}
		}
	}
	return nil
}
