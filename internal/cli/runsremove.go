package cli

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
)

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
