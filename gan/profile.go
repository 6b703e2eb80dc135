package gan

import (
	"cmp"
	"slices"
	"time"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// profiler times the steps of a training, op by op. A nil one times nothing.
type profiler struct {
	programs []*graph.Profile
	threads  int
	steps    int64
	total    time.Duration
}

func newProfiler(threads int, programs ...*Program) *profiler {
	p := &profiler{threads: threads}
	for _, program := range programs {
		p.programs = append(p.programs, program.exe.StartProfile())
	}
	return p
}

// step times what begins now and ends when the returned function is called.
func (p *profiler) step() func() {
	if p == nil {
		return func() {}
	}
	start := time.Now()
	return func() {
		p.steps++
		p.total += time.Since(start)
	}
}

// betweenOps names the time of a step that is not its graphs': reading the data.
const betweenOps = "data"

// result adds up the programs, the longest op first.
func (p *profiler) result() *zoo.Profile {
	byOp := map[string]*zoo.OpTime{}
	rest := p.total
	for _, program := range p.programs {
		for op, d := range program.Time {
			if byOp[op] == nil {
				byOp[op] = &zoo.OpTime{Op: op}
			}
			byOp[op].Seconds += d.Seconds()
			byOp[op].GFLOP += 2 * float64(program.MACs[op]) / 1e9
			rest -= d
		}
	}
	byOp[betweenOps] = &zoo.OpTime{Op: betweenOps, Seconds: max(rest, 0).Seconds()}
	r := &zoo.Profile{Steps: p.steps, Seconds: p.total.Seconds(), PeakGFLOPS: kernel.PeakGFLOPS(p.threads)}
	for _, o := range byOp {
		r.Ops = append(r.Ops, *o)
	}
	slices.SortFunc(r.Ops, func(a, b zoo.OpTime) int {
		return cmp.Or(cmp.Compare(b.Seconds, a.Seconds), cmp.Compare(a.Op, b.Op))
	})
	return r
}
