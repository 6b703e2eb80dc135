package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/cli/text"
	"github.com/ganzoo/ganzoo/zoo"
)

type resumeOptions struct {
	f          *Factory
	Run        string
	Checkpoint string
	Budget     zoo.Config // Steps, Epochs, Time and Threads alone
}

func newResume(f *Factory, run func(context.Context, *resumeOptions) error) *cobra.Command {
	o := &resumeOptions{f: f}
	if run == nil {
		run = runResume
	}
	cmd := &cobra.Command{
		Use:   "resume RUN",
		Short: "Go on with a training",
		Long: `Go on with a stopped training from its last checkpoint, or from another of its
checkpoints. The result is the same, byte for byte, as if it had never stopped.
Everything is as the run was started, but the budget may be set anew: what is
given of --steps, --epochs and --time takes the place of the old budget, and
counts from the run's beginning.`,
		Example: `  zoo resume wgangp
  zoo resume wgangp --steps 20000
  zoo resume wgangp-mnist-20260102-150405 --from runs/wgangp-mnist-20260102-150405/checkpoints/step-00001000.safetensors`,
		Args:              exactly("a run"),
		ValidArgsFunction: f.completeRun,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Run = args[0]
			if o.Budget.Epochs > 0 && o.Budget.Steps > 0 {
				return usagef("give one of them", "--steps and --epochs exclude each other")
			}
			return run(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.Checkpoint, "from", "", "checkpoint `file` of the run; its last one by default")
	addBudget(cmd.Flags(), &o.Budget)
	return cmd
}

func runResume(ctx context.Context, o *resumeOptions) error {
	h, err := o.f.Host()
	if err != nil {
		return err
	}
	run, err := h.FindRun(o.Run)
	if err != nil {
		return err
	}
	if err := o.checkBudget(run); err != nil {
		return err
	}
	checkpoint := ""
	if o.Checkpoint != "" {
		if checkpoint, err = filepath.Abs(o.Checkpoint); err != nil {
			return err
		}
	} else if _, err := run.Checkpoint(); err != nil {
		return err
	}
	dataset, err := recordedData(ctx, o.f, run.ID, run.Dataset)
	if err != nil {
		return err
	}
	return train(ctx, o.f, host.TrainOptions{
		Variant:    run.Variant,
		Dataset:    dataset,
		Config:     withBudget(run.Config, o.Budget),
		Resume:     run,
		Checkpoint: checkpoint,
	})
}

func (o *resumeOptions) setsBudget() bool {
	return o.Budget.Steps > 0 || o.Budget.Epochs > 0 || o.Budget.Time > 0
}

// checkBudget refuses a budget that leaves nothing to do, as far as it can be
// told without the plugin.
func (o *resumeOptions) checkBudget(run *host.Run) error {
	if o.Checkpoint != "" {
		return nil
	}
	more := fmt.Sprintf("give it more than that: zoo resume %s %s", o.Run, moreBudget(run))
	if run.Status == zoo.Completed && !o.setsBudget() {
		return usagef(more, "%s has spent its budget of %s", run.ID, budget(run.Config))
	}
	if done := lastStep(run); o.Budget.Steps > 0 && o.Budget.Steps <= done {
		return usagef(more, "%s has %s already: there is nothing left to do", run.ID, text.Plural(done, "step", "steps"))
	}
	return nil
}

// moreBudget is the flag that has a run go on for as long again, of the kind of
// budget that ended it.
func moreBudget(run *host.Run) string {
	c, done := run.Config, lastStep(run)
	switch {
	case c.Steps > 0 && done >= c.Steps, c.Time == 0 && c.Epochs == 0:
		return fmt.Sprintf("--steps %d", 2*max(1, done))
	case c.Time > 0:
		return fmt.Sprintf("--time %v", 2*c.Time)
	}
	return fmt.Sprintf("--epochs %g", 2*c.Epochs)
}

// withBudget puts b's budget in the place of c's, when b sets any: the spent
// time of an old budget would end the new one before its first step.
func withBudget(c, b zoo.Config) zoo.Config {
	if b.Steps > 0 || b.Epochs > 0 || b.Time > 0 {
		c.Steps, c.Epochs, c.Time = b.Steps, b.Epochs, b.Time
	}
	if b.Threads > 0 {
		c.Threads = b.Threads
	}
	return c
}
