package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/host/lockfile"
	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// executablePrefix begins the name of every plugin's file.
const executablePrefix = "zoo-plugin-"

var variantName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// Register admits a third party's plugin: an executable named
// zoo-plugin-<name>, in any language. It is started once to describe itself;
// its path, its SHA-256 and its description go into the lock file. Registering
// again replaces the entry, which is how a new build is admitted.
func (h *Host) Register(ctx context.Context, path string) (*Variant, error) {
	path, name, err := executable(path)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(h.o.Builtins, func(d zoo.Description) bool { return d.Name == name }) {
		return nil, fault.New(fault.Usage, fmt.Sprintf("%s is a built-in variant", name), path, "give the plugin another name")
	}
	hash, err := process.Hash(path)
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read the plugin", path, fault.ToRead(err))
	}
	// A library in another language may lack mutual TLS: it is found out here,
	// once, so that no later start can be talked out of it.
	entry := lockfile.Entry{Path: path, Hash: hash, MTLS: true}
	d, err := h.interview(ctx, name, entry)
	if errors.Is(err, process.ErrNoMTLS) {
		entry.MTLS = false
		d, err = h.interview(ctx, name, entry)
	}
	if err != nil {
		return nil, err
	}
	entry.Description = *d
	if err := h.plugins.Put(entry); err != nil {
		return nil, err
	}
	v := registered(entry)
	return &v, nil
}

// interview starts the plugin to hear its description, and looks through it.
func (h *Host) interview(ctx context.Context, name string, e lockfile.Entry) (*zoo.Description, error) {
	v := registered(e)
	v.Name = name
	p, err := process.Start(ctx, h.spec(&v))
	if err != nil {
		return nil, err
	}
	defer p.Close()
	d := p.Description()
	if len(d.Kinds) == 0 {
		return nil, fault.New(fault.Plugin, fmt.Sprintf("plugin %s names no kind of data that it can learn", name), e.Path, "report it to the plugin's author")
	}
	return d, nil
}

// executable resolves a path to a plugin's file and the variant's name in it.
func executable(path string) (abs, name string, err error) {
	if abs, err = filepath.Abs(path); err != nil {
		return "", "", err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return "", "", fault.Wrap(fault.NotFound, err, "no such plugin file", path, "name the program's file, zoo-plugin-<name>")
	}
	if info.IsDir() {
		return "", "", fault.New(fault.Usage, "a plugin is a program, and this is a folder", path, "name the program's file, zoo-plugin-<name>")
	}
	if !info.Mode().IsRegular() || notExecutable(info) {
		return "", "", fault.New(fault.Usage, "a plugin must be an executable file", path, "chmod +x "+path)
	}
	base := strings.TrimSuffix(filepath.Base(abs), ".exe")
	name, ok := strings.CutPrefix(base, executablePrefix)
	if !ok || !variantName.MatchString(name) {
		return "", "", fault.New(fault.Usage, "a plugin's file must be named "+executablePrefix+"<name>, the name in lower case", path,
			"rename the file after the variant it serves")
	}
	return abs, name, nil
}

// Unregister forgets a plugin. Its file stays where it is. The error is of kind
// NotFound when no plugin of that name is registered.
func (h *Host) Unregister(name string) error {
	found, err := h.plugins.Remove(name)
	if err != nil || found {
		return err
	}
	entries, err := h.plugins.Read()
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Description.Name)
	}
	return fault.New(fault.NotFound, fmt.Sprintf("no registered plugin %q", name), "",
		didyoumean.Sentence(name, names, "`zoo plugin list` shows the registered plugins"))
}
