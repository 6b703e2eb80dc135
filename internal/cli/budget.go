package cli

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/zoo"
)

// addBudget adds the flags that decide how long a training takes, which may
// change from one part of a run to the next.
func addBudget(flags *pflag.FlagSet, c *zoo.Config) {
	int64Var(flags, &c.Steps, "steps", "budget in steps")
	floatVar(flags, &c.Epochs, "epochs", "budget in passes over the data")
	durationVar(flags, &c.Time, "time", "budget in time, like 90s or 10m")
	intVar(flags, &c.Threads, "threads", maxThreads, "threads to compute with; all cores by default")
}

func setsBudget(c zoo.Config) bool { return c.Steps > 0 || c.Epochs > 0 || c.Time > 0 }

// withBudget puts b's budget in the place of c's, when b sets any: the spent
// time of an old budget would end the new one before its first step.
func withBudget(c, b zoo.Config) zoo.Config {
	if setsBudget(b) {
		c.Steps, c.Epochs, c.Time = b.Steps, b.Epochs, b.Time
	}
	if b.Threads > 0 {
		c.Threads = b.Threads
	}
	return c
}

// budget words when a training ends: "4,000 steps", "5 epochs or 10m 00s".
func budget(c zoo.Config) string {
	var parts []string
	switch {
	case c.Epochs > 0:
		parts = append(parts, text.Figure(c.Epochs)+" epochs")
	case c.Steps > 0:
		parts = append(parts, text.Plural(c.Steps, "step", "steps"))
	}
	if c.Time > 0 {
		parts = append(parts, text.Duration(c.Time))
	}
	return strings.Join(parts, " or ")
}

// exhausted words what was spent of the part of c's budget that is used up, ""
// while something of every part is left.
func exhausted(c zoo.Config, spent runs.Spent) string {
	switch {
	case c.Steps > 0 && spent.Step >= c.Steps:
		return text.Plural(spent.Step, "step", "steps")
	case c.Epochs > 0 && spent.Epochs >= c.Epochs:
		return text.Figure(spent.Epochs) + " epochs"
	case c.Time > 0 && spent.Elapsed >= c.Time:
		return text.Duration(spent.Elapsed)
	}
	return ""
}

// moreBudget is the flag that has a run go on for about as long again, of the kind
// of budget that ended it.
func moreBudget(c zoo.Config, spent runs.Spent) string {
	switch {
	case c.Steps > 0 && spent.Step >= c.Steps, c.Time == 0 && c.Epochs == 0:
		return fmt.Sprintf("--steps %d", 2*max(1, spent.Step))
	case c.Time == 0, c.Epochs > 0 && spent.Epochs >= c.Epochs:
		return fmt.Sprintf("--epochs %g", beyond(2*c.Epochs, spent.Epochs))
	}
	seconds := beyond(2*c.Time.Seconds(), spent.Elapsed.Seconds())
	return "--time " + typed(time.Duration(seconds*float64(time.Second)))
}

// beyond is twice a budget where that is more than was spent, else whole and twice
// what was spent.
func beyond(twice, spent float64) float64 {
	if twice > spent {
		return twice
	}
	return math.Ceil(2 * spent)
}

// typed is a duration as one would type it: 2m and not 2m0s.
func typed(d time.Duration) string {
	s := d.String()
	for _, nothing := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(s, nothing) {
			s = s[:len(s)-2]
		}
	}
	return s
}
