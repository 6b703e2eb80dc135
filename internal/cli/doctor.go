package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

func newDoctor(f *Factory, run func(context.Context, *Factory) error) *cobra.Command {
	if run == nil {
		run = runDoctor
	}
	return &cobra.Command{
		Use:   "doctor",
		Short: "Check that what zoo needs is there",
		Long: `Check this machine: the class of its CPU, its cores, the folders that zoo
writes to, the cached data, the list of registered plugins, and that the plugin
of each variant starts and answers. The exit code is that of the first check
that failed.`,
		Example: "  zoo doctor\n  zoo doctor --json",
		Args:    exactly(),
		RunE:    func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), f) },
	}
}

// finding is one line of the doctor's report.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Found string `json:"found"`
	Mend  string `json:"mend,omitempty"`
	err   error
}

func runDoctor(ctx context.Context, f *Factory) error {
	cache, cacheErr := data.Dir()
	findings := []finding{
		{Check: "zoo", OK: true, Found: fmt.Sprintf("%s, %s on %s/%s", f.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)},
		{Check: "cpu", OK: true, Found: fmt.Sprintf("%s kernels, %s for bf16, %s", kernel.Class(), kernel.ProductClass(kernel.BF16), text.Plural(int64(runtime.NumCPU()), "core", "cores"))},
		examine("runs", absolute(f.RunsDir), checkFolder(f.RunsDir)),
		examine("cache", cache, errors.Join(cacheErr, checkFolder(cache))),
		cachedData(),
	}
	plugins, err := startPlugins(ctx, f)
	if err != nil {
		return err
	}
	return printFindings(f, append(findings, plugins...))
}

// examine turns what a check returned into a finding.
func examine(check, found string, err error) finding {
	x := finding{Check: check, OK: err == nil, Found: found, err: err}
	if err != nil {
		x.Found = err.Error()
		if f := (*fault.Error)(nil); errors.As(err, &f) {
			x.Mend = f.Mend
			plain := *f
			plain.Mend = ""
			x.Found = plain.Error()
		}
	}
	return x
}

// checkFolder reports whether files can be made in dir. A folder that is not
// there yet is fine when the nearest one above it can be written to: checking
// leaves nothing behind.
func checkFolder(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	for {
		_, err := os.Stat(dir)
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return checkWritable(dir)
		}
		dir = filepath.Dir(dir)
	}
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

func cachedData() finding {
	list, err := data.List()
	if err != nil {
		return examine("data", "", err)
	}
	var cached []string
	for _, d := range list {
		if d.Cached {
			cached = append(cached, d.Name)
		}
	}
	if len(cached) == 0 {
		return finding{Check: "data", OK: true, Found: "nothing cached yet; the first training fetches what it needs"}
	}
	return finding{Check: "data", OK: true, Found: "cached: " + strings.Join(cached, ", ")}
}

// startPlugins reads the list of registered plugins, and starts and ends the
// plugin of each variant. Where the list cannot be read, those are the built-ins.
func startPlugins(ctx context.Context, f *Factory) ([]finding, error) {
	h, err := f.Host()
	if err != nil {
		return []finding{examine("plugins", "", err)}, nil
	}
	variants, err := h.Variants()
	count := len(variants) - len(f.Builtins())
	findings := []finding{examine("plugins", fmt.Sprintf("%d registered", count), err)}
	for _, v := range variants {
		begun := time.Now()
		p, err := h.Start(ctx, v.Name) // which has it describe itself
		if err == nil {
			p.Close()
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		findings = append(findings, examine("plugin "+v.Name, "answers after "+text.Duration(time.Since(begun)), err))
	}
	return findings, nil
}

func printFindings(f *Factory, findings []finding) error {
	var first error
	for _, x := range findings {
		if !x.OK && first == nil {
			first = x.err
		}
	}
	if f.JSON {
		if err := f.IO.JSON(findings); err != nil {
			return err
		}
	} else {
		table := f.IO.Table("", "CHECK", "FOUND")
		for _, x := range findings {
			mark, found := "ok", x.Found
			if !x.OK {
				mark = "FAILED"
				if x.Mend != "" {
					found += "; " + x.Mend
				}
			}
			table.Row(mark, x.Check, found)
		}
		if err := table.Print(); err != nil {
			return err
		}
	}
	if first == nil {
		return nil
	}
	return fault.New(fault.KindOf(first), "something is amiss, see above", "", "")
}
