package host_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/hosttest"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// external puts a double under a plugin's file name.
func external(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "zoo-plugin-"+name)
	if err := os.Symlink(self, path); err != nil {
		t.Skip(err)
	}
	return path
}

func withoutBuiltins(o *host.Options) { o.Builtins = nil }

func TestRegister(t *testing.T) {
	h := newHost(t, withoutBuiltins)
	path := external(t, hosttest.Honest)
	v, err := h.Register(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if v.Name != hosttest.Honest || v.Builtin || v.Path != path || len(v.Hash) != len("sha256:")+64 {
		t.Errorf("registered %+v", v)
	}
	list, err := h.Variants()
	if err != nil || len(list) != 1 || list[0].Title != v.Title {
		t.Fatalf("listed %+v, %v", list, err)
	}
	run, err := h.Train(t.Context(), host.TrainOptions{Variant: hosttest.Honest, Dataset: points}, nil)
	if err != nil || run.Status != zoo.Completed {
		t.Errorf("trained to %+v, %v", run, err)
	}

	// Another file in its place is not started, and can be registered anew.
	script := []byte("#!/bin/sh\nexec " + os.Args[0] + " __serve honest\n")
	os.Remove(path)
	if err := os.WriteFile(path, script, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = h.Start(t.Context(), hosttest.Honest)
	wantFault(t, err, fault.Plugin, "not the file that was registered", "zoo plugin add "+path)
	if _, err := h.Register(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	p, err := h.Start(t.Context(), hosttest.Honest)
	if err != nil {
		t.Fatal(err)
	}
	p.Close()

	// One that is gone says so.
	os.Remove(path)
	_, err = h.Start(t.Context(), hosttest.Honest)
	wantFault(t, err, fault.Plugin, "cannot read plugin honest", "zoo plugin remove honest")
	if err := h.Unregister(hosttest.Honest); err != nil {
		t.Fatal(err)
	}
	wantFault(t, h.Unregister(hosttest.Honest), fault.NotFound, `no registered plugin "honest"`)
	_, err = h.Train(t.Context(), host.TrainOptions{Resume: run}, nil)
	wantFault(t, err, fault.NotFound, "run "+run.ID+` is of the variant "honest"`, "zoo plugin add ./zoo-plugin-honest")
	if list, err := h.Variants(); err != nil || len(list) != 0 {
		t.Errorf("listed %+v, %v", list, err)
	}
}

// A library without mutual TLS is found out once, and then spoken to without.
func TestRegisterWithoutMTLS(t *testing.T) {
	h := newHost(t, withoutBuiltins)
	if _, err := h.Register(t.Context(), external(t, "plain")); err != nil {
		t.Fatal(err)
	}
	p, err := h.Start(t.Context(), "plain")
	if err != nil {
		t.Fatal(err)
	}
	p.Close()
}

func TestRegisterRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "zoo-plugin-text")
	if err := os.WriteFile(text, []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		builtins   bool
		kind       fault.Kind
		part       string
	}{
		{"missing", filepath.Join(dir, "zoo-plugin-missing"), false, fault.NotFound, "no such plugin file"},
		{"folder", dir, false, fault.Usage, "this is a folder"},
		{"not executable", text, false, fault.Usage, "chmod +x"},
		{"name", os.Args[0], false, fault.Usage, "must be named zoo-plugin-<name>"},
		{"upper case", external(t, "Honest"), false, fault.Usage, "must be named zoo-plugin-<name>"},
		{"built-in", external(t, hosttest.Honest), true, fault.Usage, "honest is a built-in variant"},
		{"liar", external(t, "other-name"), false, fault.Plugin, `plugin other-name calls itself "wgangp"`},
		{"dead", external(t, "exits"), false, fault.Plugin, "ended before it was ready"},
		{"stranger", external(t, "future"), false, fault.Plugin, `version "99" of the contract`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && c.name == "not executable" {
				t.Skip("no modes")
			}
			h := newHost(t, func(o *host.Options) {
				if !c.builtins {
					o.Builtins = nil
				}
			})
			_, err := h.Register(t.Context(), c.path)
			wantFault(t, err, c.kind, c.part)
			if list, err := h.Variants(); err != nil || !c.builtins && len(list) > 0 {
				t.Errorf("listed %+v, %v", list, err)
			}
		})
	}
}

// A list that cannot be read is in the way of registered plugins alone.
func TestDamagedList(t *testing.T) {
	plugins := t.TempDir()
	h := newHost(t, func(o *host.Options) { o.PluginDir = plugins })
	if err := os.WriteFile(filepath.Join(plugins, "plugins.lock.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	list, err := h.Variants()
	wantFault(t, err, fault.IO, "is damaged", "register your plugins again")
	if len(list) == 0 || !list[0].Builtin {
		t.Errorf("listed %+v", list)
	}
	if v, err := h.Variant(hosttest.Honest); err != nil || !v.Builtin {
		t.Errorf("a built-in: %+v, %v", v, err)
	}
	_, err = h.Variant("other")
	wantFault(t, err, fault.IO, "is damaged")
}
