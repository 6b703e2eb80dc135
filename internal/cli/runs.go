package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/text"
)

func newRuns(f *Factory) *cobra.Command {
	return newGroup("runs", "List, show and remove runs",
		`A run is a folder with what was asked (run.json), what happened (events.jsonl)
and what came out (checkpoints/, samples/). A RUN is named by its id, by its
folder, or by a variant's name, which means the variant's latest run that has a
checkpoint.`,
		"  zoo runs list\n  zoo runs show wgangp\n  zoo runs rm wgangp-mnist-20260102-150405",
		newRunsList(f), newRunsShow(f), newRunsRemove(f, nil))
}

// runView is a run as --json shows it.
type runView struct {
	*host.Run
	Dir        string `json:"dir"`
	Checkpoint string `json:"checkpoint,omitempty"` // the newest whole one
}

func viewRun(r *host.Run) runView {
	path, _ := r.LastCheckpoint()
	return runView{r, r.Dir, path}
}

func viewRuns(list []*host.Run) []runView {
	views := make([]runView, len(list))
	for i, r := range list {
		views[i] = viewRun(r)
	}
	return views
}

func newRunsList(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the runs, newest first",
		Example: "  zoo runs list\n  zoo runs list --runs /data/runs --json",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := f.Host()
			if err != nil {
				return err
			}
			list, err := h.Runs()
			switch {
			case err != nil:
				return err
			case f.JSON:
				return f.IO.JSON(viewRuns(list))
			case len(list) == 0:
				f.advise("no runs in %s; make one: zoo train wgangp --data mnist", f.RunsDir)
				return nil
			}
			return printRuns(f, list)
		},
	}
}

func printRuns(f *Factory, list []*host.Run) error {
	table := f.IO.Table("RUN", "DATA", ">STEP", "STATUS", "MADE")
	for _, r := range list {
		made := r.Created.Format(time.RFC3339)
		if f.IO.OutIsTTY() {
			made = text.Ago(f.Now(), r.Created)
		}
		table.Row(r.ID, r.Dataset.Name, text.Count(lastStep(r)), r.Status, made)
	}
	return table.Print()
}

// lastStep is the step of the newest checkpoint, or the last one reported
// where that is later.
func lastStep(r *host.Run) int64 {
	_, step := r.LastCheckpoint()
	return max(r.Step, step)
}
