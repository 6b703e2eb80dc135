package cli

import "github.com/spf13/cobra"

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
