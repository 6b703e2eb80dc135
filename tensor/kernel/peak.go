package kernel

import (
	"sync"
	"time"
)

const (
	peakChains = 12      // FMAs of full registers in a round of the loop
	peakRounds = 1 << 21 // some 10 ms
	peakTries  = 5
)

// PeakGFLOPS measures the multiply-adds that the machine's FMA units do on the
// given number of cores at once when nothing else holds them up, a multiply-add
// counted as two operations, in units of 10⁹ a second. It takes about 50 ms.
// Without FMA kernels it is 0.
func PeakGFLOPS(threads int) float64 {
	loop, lanes := peakLoop()
	if loop == nil {
		return 0
	}
	best := time.Duration(1<<63 - 1)
	for range peakTries {
		var done sync.WaitGroup
		start := time.Now()
		for range threads {
			done.Go(func() { loop(peakRounds) })
		}
		done.Wait()
		best = min(best, time.Since(start))
	}
	operations := 2 * float64(peakChains*lanes) * peakRounds * float64(threads)
	return operations / float64(best.Nanoseconds())
}
