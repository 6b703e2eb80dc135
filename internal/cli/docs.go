package cli

//go:generate go run ./gendocs ../../docs

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
)

// Docs returns the reference pages that are made of the command itself, by
// their names in the folder docs/.
func Docs() map[string]string {
	streams, _, _ := iostreams.Test()
	root := newRoot(&Factory{IO: streams, Getenv: func(string) string { return "" }})
	return map[string]string{
		"commands.md":   commandsPage(root),
		"exit-codes.md": exitCodesPage(),
	}
}

const generated = "<!-- Made by `go generate ./internal/cli`: edit the code, not this file. -->\n\n"

func exitCodesPage() string {
	var b strings.Builder
	b.WriteString(generated + "# Exit codes\n\n")
	b.WriteString("What `zoo` ends with, for scripts. A code never changes its meaning. `zoo help exit-codes` shows the same table.\n\n")
	b.WriteString("| code | kind | meaning |\n|---:|---|---|\n")
	fmt.Fprintf(&b, "| 0 | done | %s |\n", exitDone)
	for _, c := range exitCodes {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", c.Code, c.Kind, c.Meaning)
	}
	b.WriteString(`
Every failure is told on stderr in at most three lines: what went wrong, where,
and how to mend it.

` + "```\n$ zoo info wgam\nzoo: unknown variant \"wgam\"\n  mend:  did you mean \"wgan\"? `zoo list` shows all variants\n$ echo $?\n3\n```\n")
	return b.String()
}

func commandsPage(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString(generated + "# Commands\n\n")
	b.WriteString(root.Long + "\n\n")
	b.WriteString("Results go to stdout; logs, progress and advice go to stderr. On a terminal lists are tables; in a pipe they are bare cells between tabs, and with `--json` JSON.\n\n")
	b.WriteString("These flags go with every command:\n\n" + fenced(root.PersistentFlags().FlagUsages()))
	for _, group := range root.Groups() {
		fmt.Fprintf(&b, "## %s\n\n", strings.TrimSuffix(group.Title, ":"))
		for _, cmd := range root.Commands() {
			if cmd.GroupID == group.ID && cmd.IsAvailableCommand() {
				commandSection(&b, cmd, "###")
			}
		}
	}
	b.WriteString("## Help topics\n\n")
	for _, cmd := range root.Commands() {
		if cmd.IsAdditionalHelpTopicCommand() {
			fmt.Fprintf(&b, "- `zoo help %s`: %s\n", cmd.Name(), cmd.Short)
		}
	}
	return b.String()
}

func commandSection(b *strings.Builder, cmd *cobra.Command, heading string) {
	fmt.Fprintf(b, "%s %s\n\n", heading, cmd.CommandPath())
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	b.WriteString(text + "\n\n")
	if !cmd.HasSubCommands() {
		b.WriteString(fenced(cmd.UseLine()))
	}
	if cmd.HasExample() {
		b.WriteString("Examples:\n\n" + fenced(cmd.Example))
	}
	if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() && !cmd.HasSubCommands() {
		b.WriteString(fenced(flags.FlagUsages()))
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			commandSection(b, sub, heading+"#")
		}
	}
}

// fenced is a block of code, its common indent of two taken away.
func fenced(s string) string {
	var b strings.Builder
	b.WriteString("```\n")
	for line := range strings.Lines(strings.TrimRight(s, "\n")) {
		b.WriteString(strings.TrimRight(strings.TrimPrefix(line, "  "), " \n") + "\n")
	}
	b.WriteString("```\n\n")
	return b.String()
}
