package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/runs"
)

// completer offers words for an argument or a flag's value.
type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// first offers words for the first argument, and files as well where a file may
// stand in the place of a word.
func first(words func() []string, orFile bool) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) > 0:
			return nil, cobra.ShellCompDirectiveNoFileComp
		case orFile:
			return words(), cobra.ShellCompDirectiveDefault
		}
		return words(), cobra.ShellCompDirectiveNoFileComp
	}
}

// runThenFile offers words, and then files of these endings to write.
func runThenFile(words func() []string, endings ...string) completer {
	return func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return endings, cobra.ShellCompDirectiveFilterFileExt
		}
		return first(words, false)(cmd, args, begun)
	}
}

// each offers words for every argument, but for those that stand there already.
func each(words func() []string) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		rest := slices.DeleteFunc(words(), func(w string) bool {
			name, _, _ := strings.Cut(w, "\t")
			return slices.Contains(args, name)
		})
		return rest, cobra.ShellCompDirectiveNoFileComp
	}
}

// fixed offers words that are always the same.
func fixed(words ...string) completer {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// variants are the names of all variants, with their titles.
func (f *Factory) variants() []string { return f.variantsThat(func(host.Variant) bool { return true }) }

// registered are the names of the registered plugins, with their titles.
func (f *Factory) registered() []string {
	return f.variantsThat(func(v host.Variant) bool { return !v.Builtin })
}

func (f *Factory) variantsThat(wanted func(host.Variant) bool) []string {
	h, err := f.Host()
	if err != nil {
		return nil
	}
	list, _ := h.Variants()
	var words []string
	for _, v := range list {
		if wanted(v) {
			words = append(words, v.Name+"\t"+v.Title)
		}
	}
	return words
}

// runIDs are the runs' ids and the variants that have one.
func (f *Factory) runIDs() []string {
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
}

// completeData offers the datasets. A folder is data too.
func (f *Factory) completeData(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	list, _ := data.List()
	var words []string
	for _, info := range list {
		words = append(words, info.Name+"\t"+info.Title)
	}
	if entries, err := os.ReadDir("."); err == nil && len(entries) > 0 {
		return words, cobra.ShellCompDirectiveDefault
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// completeArch offers the networks of the variant that the line names.
func (f *Factory) completeArch(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	return f.ofVariant(args, func(v *host.Variant) []string { return v.Archs }), cobra.ShellCompDirectiveNoFileComp
}

// completeParam offers the variant's parameters up to the equals sign, and behind it
// the values of those that have a choice.
func (f *Factory) completeParam(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if name, _, valued := strings.Cut(begun, "="); valued {
		return f.choices(args, name, name+"="), cobra.ShellCompDirectiveNoFileComp
	}
	return f.ofVariant(args, func(v *host.Variant) []string {
		var words []string
		for _, p := range v.Params {
			words = append(words, fmt.Sprintf("%s=\t%s", p.Name, p.Doc))
		}
		return words
	}), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// completeChoice offers the values of one parameter.
func (f *Factory) completeChoice(param string) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return f.choices(args, param, ""), cobra.ShellCompDirectiveNoFileComp
	}
}

// choices are the values that a parameter of the variant can have, behind a prefix.
func (f *Factory) choices(args []string, param, prefix string) []string {
	return f.ofVariant(args, func(v *host.Variant) []string {
		var words []string
		for _, p := range v.Params {
			if p.Name != param {
				continue
			}
			for _, choice := range p.Choices {
				words = append(words, prefix+choice)
			}
		}
		return words
	})
}

// ofVariant are words about the variant that the line names.
func (f *Factory) ofVariant(args []string, words func(*host.Variant) []string) []string {
	if len(args) == 0 {
		return nil
	}
	h, err := f.Host()
	if err != nil {
		return nil
	}
	v, err := h.Variant(args[0])
	if err != nil {
		return nil
	}
	return words(v)
}
