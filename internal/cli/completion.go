package cli

import (
	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host/runs"
)

func newCompletion(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a shell's completion script",
		Long: `Print the script that completes zoo's commands, flags, variants, datasets and
runs in bash, zsh, fish or powershell.`,
		Example: `  source <(zoo completion bash)
  zoo completion zsh > "${fpath[1]}/_zoo"
  zoo completion fish > ~/.config/fish/completions/zoo.fish`,
		Args:      exactly("a shell: bash, zsh, fish or powershell"),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(f.IO.Out, true)
			case "zsh":
				return root.GenZshCompletion(f.IO.Out)
			case "fish":
				return root.GenFishCompletion(f.IO.Out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(f.IO.Out)
			}
			return usagef("choose one of: bash, zsh, fish, powershell", "no completion for the shell %q", args[0])
		},
	}
}

// completer offers words for an argument or a flag's value.
type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

func offer(words func() []string) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words(), cobra.ShellCompDirectiveNoFileComp
	}
}

func (f *Factory) completeVariant(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return offer(f.variantNames)(cmd, args, prefix)
}

func (f *Factory) variantNames() []string {
	h, err := f.Host()
	if err != nil {
		return nil
	}
	variants, _ := h.Variants()
	var names []string
	for _, v := range variants {
		names = append(names, v.Name+"\t"+v.Title)
	}
	return names
}

// completeRun offers the runs' ids and the variants that have one.
func (f *Factory) completeRun(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
	return offer(func() []string {
		h, err := f.Host()
		if err != nil {
			return nil
		}
		list, _ := h.Runs()
		var words []string
		seen := map[string]bool{}
		for _, r := range list {
			if r.Status == runs.Damaged {
				continue
			}
			if !seen[r.Variant] {
				seen[r.Variant] = true
				words = append(words, r.Variant+"\tlatest run: "+r.ID)
			}
			words = append(words, r.ID+"\t"+r.Status)
		}
		return words
	})(cmd, args, prefix)
}
