package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/host"
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

// nameOf is how a suggested command names a run: by its id, with the flag that it
// takes to find the runs again, or by its folder where that lies elsewhere.
func (f *Factory) nameOf(run *host.Run) string {
	runs, err := filepath.Abs(f.RunsDir)
	if err != nil || filepath.Dir(run.Dir) != runs {
		path := displayPath(run.Dir)
		if !strings.ContainsRune(path, filepath.Separator) {
			path = "." + string(filepath.Separator) + path // a word alone could be a variant
		}
		return quoteWord(path)
	}
	if f.RunsDir == f.runsDir() {
		return run.ID
	}
	return run.ID + " --runs " + quoteWord(f.RunsDir)
}

// quoteWord quotes what a shell would take apart.
func quoteWord(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\$`*?[](){}<>|&;!#~") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
