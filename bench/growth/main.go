// Command growth measures how the cost of a training step grows with the batch,
// the width, the side of the images and the threads, and draws it.
//
//	go run ./bench/growth            # writes docs/images/growth-*.svg, prints the tables
//
// Run it from the module's root, with nothing else running. A curve is the share
// of the machine's FMA peak that whole steps of wgangp reach, for the threads at
// work. All points of a chart take turns in each round, and the best of the
// rounds counts: what else the machine does only ever slows a step.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each point is measured")
	clock := flag.Duration("clock", 500*time.Millisecond, "time on the clock for each")
	out := flag.String("out", "docs/images", "`folder` for the charts")
	flag.Parse()
	for _, a := range axes {
		if err := draw(a, *rounds, *clock, *out); err != nil {
			fmt.Fprintln(os.Stderr, "growth:", err)
			os.Exit(1)
		}
	}
}

func draw(a axis, rounds int, clock time.Duration, folder string) error {
	points, err := a.measure(rounds, clock)
	if err != nil {
		return err
	}
	fmt.Print(table(a, points))
	return atomicfile.WriteBytes(folder+"/growth-"+a.name+".svg", chart(a, points).SVG())
}
