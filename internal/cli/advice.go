package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/zoo"
)

// advise tells on Err what to do next, unless quiet.
func (f *Factory) advise(format string, args ...any) {
	if !f.Quiet {
		fmt.Fprintf(f.IO.Err, format+"\n", args...)
	}
}

// exampleData names a dataset that the variant can learn, for an example.
func exampleData(d zoo.Description) string {
	if len(d.Kinds) > 0 && d.Kinds[0] == zoo.Points {
		return "ring8"
	}
	return "mnist"
}

// runsFlag is the flag that a suggested command needs to find the runs again,
// with a space before it, or nothing where the default will do.
func (f *Factory) runsFlag() string {
	if f.RunsDir == f.runsDir() {
		return ""
	}
	return " --runs " + quoteWord(f.RunsDir)
}

// quoteWord quotes what a shell would take apart.
func quoteWord(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\$`*?[](){}<>|&;!#~") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
