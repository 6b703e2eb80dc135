package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/runs"
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
		ValidArgsFunction: first(f.runIDs, false),
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
	// Before the data are looked at, which may take a while.
	checkpoint, err := o.checkpoint(run)
	if err != nil {
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

// checkpoint is the one to go on from.
func (o *resumeOptions) checkpoint(run *host.Run) (string, error) {
	if o.Checkpoint == "" {
		return newestCheckpoint(o.f, run)
	}
	return runs.FindCheckpoint(o.Checkpoint)
}

// checkBudget refuses a budget that leaves nothing to do, as far as it can be
// told without the plugin.
func (o *resumeOptions) checkBudget(run *host.Run) error {
	_, step := run.LastCheckpoint()
	which, again := run.ID, "zoo resume "+o.Run
	if o.Checkpoint != "" {
		which, again = filepath.Base(o.Checkpoint), again+" --from "+o.Checkpoint
		step, _ = runs.CheckpointStep(o.Checkpoint)
	}
	c, spent := withBudget(run.Config, o.Budget), run.SpentAt(step)
	more := fmt.Sprintf("give it more, counted from the run's beginning: %s %s", again, moreBudget(c, spent))
	if run.Status == zoo.Completed && o.Checkpoint == "" && !setsBudget(o.Budget) {
		return usagef(more, "%s has spent its budget of %s", run.ID, budget(run.Config))
	}
	if had := exhausted(c, spent); had != "" {
		return usagef(more, "%s has trained for %s already: there is nothing left to do", which, had)
	}
	return nil
}
