package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
)

func newPlugin(f *Factory) *cobra.Command {
	return newGroup("plugin", "List, add and remove variants of third parties",
		`A third party's variant is an executable named zoo-plugin-<name> that speaks
the plugin protocol. It is registered by its SHA-256 before it may run, and
refused when the file has changed since. It runs with your rights: add only
what you trust.`,
		"  zoo plugin list\n  zoo plugin add ./zoo-plugin-hinge\n  zoo plugin remove hinge",
		newPluginList(f), newPluginAdd(f, nil), newPluginRemove(f, nil))
}

func newPluginList(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the registered plugins",
		Example: "  zoo plugin list --json",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := f.Host()
			if err != nil {
				return err
			}
			all, err := h.Variants()
			if err != nil {
				return err
			}
			registered := []host.Variant{}
			for _, v := range all {
				if !v.Builtin {
					registered = append(registered, v)
				}
			}
			switch {
			case f.JSON:
				return f.IO.JSON(registered)
			case len(registered) == 0:
				f.advise("no plugins registered; add one: zoo plugin add ./zoo-plugin-NAME")
				return nil
			}
			table := f.IO.Table("NAME", "VERSION", "TITLE", "HASH", "FILE")
			for _, v := range registered {
				table.Row(v.Name, v.Version, v.Title, shortHash(v.Hash), v.Path)
			}
			return table.Print()
		},
	}
}

// shortHash keeps the scheme and enough of the digits to tell hashes apart.
func shortHash(hash string) string {
	const keep = len("sha256:") + 12
	if len(hash) <= keep {
		return hash
	}
	return hash[:keep]
}

func newPluginAdd(f *Factory, run func(ctx context.Context, f *Factory, path string) error) *cobra.Command {
	if run == nil {
		run = runPluginAdd
	}
	return &cobra.Command{
		Use:     "add FILE",
		Short:   "Register a plugin, or its new version",
		Example: "  zoo plugin add ./zoo-plugin-hinge",
		Args:    exactly("a plugin's executable"),
		RunE:    func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), f, args[0]) },
	}
}

func runPluginAdd(ctx context.Context, f *Factory, path string) error {
	h, err := f.Host()
	if err != nil {
		return err
	}
	v, err := h.Register(ctx, path)
	switch {
	case err != nil:
		return err
	case f.JSON:
		return f.IO.JSON(v)
	}
	_, err = fmt.Fprintf(f.IO.Out, "added %s: %s\n%s\n", v.Name, v.Title, v.Hash)
	f.advise("try it: zoo train %s --data %s", v.Name, exampleData(v.Description))
	return err
}

func newPluginRemove(f *Factory, run func(f *Factory, name string) error) *cobra.Command {
	if run == nil {
		run = runPluginRemove
	}
	return &cobra.Command{
		Use:               "remove NAME",
		Aliases:           []string{"rm"},
		Short:             "Forget a registered plugin; its file and its runs stay",
		Example:           "  zoo plugin remove hinge",
		Args:              exactly("a plugin's name"),
		ValidArgsFunction: first(f.registered, false),
		RunE:              func(cmd *cobra.Command, args []string) error { return run(f, args[0]) },
	}
}

func runPluginRemove(f *Factory, name string) error {
	h, err := f.Host()
	if err != nil {
		return err
	}
	if err := h.Unregister(name); err != nil {
		return err
	}
	if f.JSON {
		return f.IO.JSON(map[string]string{"removed": name})
	}
	_, err = fmt.Fprintf(f.IO.Out, "removed %s\n", name)
	return err
}
