package cli

import (
	"bufio"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/cli/text"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
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

func newRunsShow(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:               "show RUN",
		Short:             "Show a run: what was asked and how far it came",
		Example:           "  zoo runs show wgangp",
		Args:              exactly("a run"),
		ValidArgsFunction: first(f.runIDs, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := f.Host()
			if err != nil {
				return err
			}
			r, err := h.FindRun(args[0])
			switch {
			case err != nil:
				return err
			case f.JSON:
				return f.IO.JSON(viewRun(r))
			}
			return printRun(f, r)
		},
	}
}

func printRun(f *Factory, r *host.Run) error {
	table := f.IO.Table("", "")
	table.Row("run", r.ID)
	table.Row("folder", r.Dir)
	table.Row("variant", r.Variant)
	status := r.Status
	if r.Failure != "" {
		status += ": " + r.Failure
	}
	table.Row("status", status)
	table.Row("step", text.Count(lastStep(r)))
	table.Row("data", describeData(r.Dataset))
	if r.Dataset.Zoom > 0 {
		table.Row("zoom", fmt.Sprint(r.Dataset.Zoom))
	}
	if r.Dataset.Background != "" {
		table.Row("background", r.Dataset.Background)
	}
	table.Row("network", r.Config.Arch)
	table.Row("batch", fmt.Sprint(r.Config.Batch))
	table.Row("budget", budget(r.Config))
	table.Row("seed", fmt.Sprint(r.Config.Seed))
	for _, name := range sortedKeys(r.Config.Params) {
		table.Row(name, r.Config.Params[name])
	}
	table.Row("made", r.Created.Local().Format("2006-01-02 15:04:05"))
	if path, _ := r.LastCheckpoint(); path != "" {
		table.Row("checkpoint", path)
	}
	for _, name := range sortedKeys(r.Versions) {
		table.Row(versionOf(name), r.Versions[name])
	}
	return table.Print()
}

// versionOf says what a version that a run records is of.
func versionOf(name string) string {
	switch name {
	case "cpu", "bf16":
		return name + " kernels"
	case "system":
		return name
	}
	return name + " version"
}

// describeData words what a dataset holds: "mnist: 60,000 images of 1×28×28".
func describeData(d zoo.Dataset) string {
	return fmt.Sprintf("%s: %s %s", d.Name, text.Count(int64(d.Count)), describeKind(d))
}

// describeKind words what the examples of a dataset are.
func describeKind(d zoo.Dataset) string {
	if d.Kind == zoo.Images {
		return "images of " + extents(d.Shape)
	}
	return string(d.Kind)
}

type runsRemoveOptions struct {
	f    *Factory
	Runs []string
	Yes  bool
}

func newRunsRemove(f *Factory, run func(*runsRemoveOptions) error) *cobra.Command {
	o := &runsRemoveOptions{f: f}
	if run == nil {
		run = runRunsRemove
	}
	cmd := &cobra.Command{
		Use:     "rm RUN...",
		Aliases: []string{"remove"},
		Short:   "Remove runs, with their checkpoints and samples",
		Long: `Remove runs, with their checkpoints and samples. Links in the folder of runs
that lead to one go with it, and so does the link that it was named by.`,
		Example: "  zoo runs rm wgangp-mnist-20260102-150405\n  zoo runs rm --yes wgan lsgan",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("`zoo runs list` shows them", "zoo runs rm needs a run")
			}
			return nil
		},
		ValidArgsFunction: each(f.runIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Runs = args
			return run(o)
		},
	}
	cmd.Flags().BoolVarP(&o.Yes, "yes", "y", false, "do not ask")
	return cmd
}

func runRunsRemove(o *runsRemoveOptions) error {
	h, err := o.f.Host()
	if err != nil {
		return err
	}
	// All are found before the first is removed: a mistyped name removes nothing.
	var list []*host.Run
	for _, ref := range o.Runs {
		r, err := h.FindRun(ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(named *host.Run) bool { return named.Dir == r.Dir }) {
			list = append(list, r)
		}
	}
	if !o.Yes {
		if err := confirm(o.f, list); err != nil {
			return err
		}
	}
	removed := []string{}
	for _, r := range list {
		if err := h.RemoveRun(r); err != nil {
			return err
		}
		removed = append(removed, r.ID)
	}
	if o.f.JSON {
		return o.f.IO.JSON(map[string][]string{"removed": removed})
	}
	for _, id := range removed {
		fmt.Fprintf(o.f.IO.Out, "removed %s\n", id)
	}
	return nil
}

func confirm(f *Factory, list []*host.Run) error {
	if !f.IO.ErrIsTTY() {
		return usagef("say --yes", "removing runs wants a confirmation, and there is no terminal to ask on")
	}
	for _, r := range list {
		fmt.Fprintf(f.IO.Err, "%s  %s, %s steps\n", r.Dir, r.Status, text.Count(lastStep(r)))
	}
	fmt.Fprintf(f.IO.Err, "Remove %s for good? [y/N] ", text.Plural(int64(len(list)), "run", "runs"))
	answer, _ := bufio.NewReader(f.IO.In).ReadString('\n')
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return fault.New(fault.Canceled, "nothing removed", "", "")
}
