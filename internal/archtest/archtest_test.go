// Package archtest holds the module to its one direction of imports, which
// ARCHITECTURE.md shows. It reads the import clauses alone, so it is quick, sees
// the files of every platform, and works while a package does not build.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/ganzoo/ganzoo/"

// layers says what the packages below a folder may import of the module beside
// packages of their own folder. The longest folder that fits a package counts;
// an allowed folder stands for all below it, but "internal" not for the
// command.
var layers = map[string][]string{
	"cmd/zoo":             {"internal/cli"},
	"internal/cli":        {"host", "plugins", "data", "metrics", "export", "zoo", "tensor", "internal"},
	"internal/archtest":   {},
	"internal/e2e":        {"export", "tensor", "internal"},
	"host":                {"zoo", "tensor", "internal"},
	"plugins":             {"gan", "nn", "graph", "tensor", "data", "export", "metrics", "zoo", "internal"},
	"gan":                 {"nn", "graph", "tensor", "data", "export", "metrics", "zoo", "internal"},
	"nn":                  {"graph", "tensor", "internal"},
	"export":              {"graph", "tensor", "internal"},
	"data":                {"tensor", "internal"},
	"metrics":             {"nn", "data", "graph", "tensor", "internal"},
	"graph":               {"tensor", "internal"},
	"tensor":              {"internal/fault"},
	"zoo":                 {"tensor", "internal"},
	"zoo/zootest":         {"zoo", "host", "export", "data", "tensor", "internal"},
	"internal":            {"tensor", "internal"},
	"internal/versus":     {"host/runs", "zoo", "internal"},
	"internal/reproduce":  {"plugins", "gan", "nn", "graph", "tensor", "data", "metrics", "zoo", "internal"},
	"internal/fault":      {},
	"internal/atomicfile": {"internal/fault"},
	"internal/didyoumean": {},
	"bench":               {"plugins", "gan", "nn", "graph", "tensor", "data", "export", "metrics", "zoo", "internal"},
	"examples":            {"gan", "nn", "graph", "tensor", "export", "zoo"},
}

// testsToo is what any package's tests may import further: test code that
// happens to be a package, and the leaves.
var testsToo = []string{"zoo/zootest", "host/hosttest", "internal"}

// private folders are imported by the named ones alone, tests included.
var private = map[string][]string{
	"internal/cli": {"cmd/zoo", "internal/cli"},
	"zoo/zoopb":    {"zoo", "host"},
	"host":         {"host", "internal/cli", "internal/versus", "zoo/zootest"},
}

func TestImportsPointOneWay(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || isModule(path)) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		checkFile(t, root, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// isModule reports whether a folder is a module of its own.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func checkFile(t *testing.T, root, path string) {
	rel, err := filepath.Rel(root, filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	pkg := filepath.ToSlash(rel)
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	home, ok := layerOf(pkg)
	if !ok {
		t.Errorf("%s: no layer for its folder: say in layers what it may import", path)
		return
	}
	allowed := append([]string{home}, layers[home]...)
	if strings.HasSuffix(path, "_test.go") {
		allowed = append(allowed, testsToo...)
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imported, ours := strings.CutPrefix(imported, module)
		if !ours {
			continue
		}
		if !slices.ContainsFunc(allowed, func(folder string) bool { return within(imported, folder) }) {
			t.Errorf("%s imports %s: packages of %s may import only %s", path, imported, home, strings.Join(allowed, ", "))
		}
		for folder, friends := range private {
			if within(imported, folder) && !slices.ContainsFunc(friends, func(friend string) bool { return within(pkg, friend) }) {
				t.Errorf("%s imports %s: only %s may", path, imported, strings.Join(friends, ", "))
			}
		}
	}
}

// layerOf returns the longest folder in layers that holds the package.
func layerOf(pkg string) (string, bool) {
	for ; pkg != "."; pkg = filepath.ToSlash(filepath.Dir(pkg)) {
		if _, ok := layers[pkg]; ok {
			return pkg, true
		}
	}
	return "", false
}

// within reports whether a package lies in a folder or is it.
func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		pkg, folder string
		want        bool
	}{
		{"tensor", "tensor", true}, {"tensor/kernel", "tensor", true}, {"tensors", "tensor", false}, {"gan", "gan/x", false},
	} {
		if got := within(tt.pkg, tt.folder); got != tt.want {
			t.Errorf("within(%q, %q) = %v", tt.pkg, tt.folder, got)
		}
	}
}
