package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/text"
)

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
