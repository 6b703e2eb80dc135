package host

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/ganzoo/ganzoo/host/lockfile"
	"github.com/ganzoo/ganzoo/host/process"
	"github.com/ganzoo/ganzoo/host/runs"
	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// ServeVerb is the hidden verb of cmd/zoo that serves a built-in variant:
// `zoo __serve wgangp`.
const ServeVerb = "__serve"

// Process is a started plugin. It is a zoo.Plugin, and must be closed.
type Process = process.Process

// Run is one training and its folder.
type Run = runs.Run

// Options of a Host.
type Options struct {
	Builtins   []zoo.Description // variants that Executable serves itself
	Executable string            // `Executable __serve <name>` serves a built-in; empty: this program
	PluginDir  string            // holds the lock file of registered plugins
	RunsDir    string            // holds the run folders
	Log        zerolog.Logger    // of the host and, under the field "plugin", of its plugins

	// Draw writes the picture of a Sampled event to path. When nil, samples
	// are passed on but not drawn.
	Draw func(path string, ev *zoo.Event) error
	// CheckData refuses the data of an earlier run unless its files are there
	// and unchanged. When nil, a resume takes them for what they are said to be.
	CheckData func(zoo.Dataset) error
	// Plot draws the curves of a run into its PlotsDir when its training ends,
	// however it does. When nil, none are drawn.
	Plot func(run *Run) error
	// Versions is recorded in every run.json beside the plugin's own version:
	// the program's, the class of CPU.
	Versions map[string]string
	// StartTimeout is how long a plugin may take from its start to its first
	// answer; 0: ten seconds.
	StartTimeout time.Duration
}

// Host is a zoo: the built-in variants, the registered ones and the runs. Its
// methods may be called from several goroutines.
type Host struct {
	o       Options
	plugins lockfile.File
	runs    runs.Store
}

// New checks the options. It touches no file and starts no process.
func New(o Options) (*Host, error) {
	if o.Executable == "" {
		self, err := os.Executable()
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "cannot find this program's own file", "", "")
		}
		o.Executable = self
	}
	if o.RunsDir == "" {
		o.RunsDir = "runs"
	}
	return &Host{
		o:       o,
		plugins: lockfile.File{Path: filepath.Join(o.PluginDir, lockfile.Name)},
		runs:    runs.Store{Dir: o.RunsDir},
	}, nil
}

// Variant is a GAN variant that the host can start.
type Variant struct {
	zoo.Description
	Builtin bool   `json:"builtin"`
	Path    string `json:"path,omitempty"` // of a registered plugin's executable
	Hash    string `json:"hash,omitempty"` // "sha256:…" of that file

	mtls bool // whether the plugin speaks mutual TLS
}

// Variants lists the built-ins in their order, then the registered plugins by
// name. It starts no process. When the list of registered plugins cannot be
// read, the built-ins are returned with the error.
func (h *Host) Variants() ([]Variant, error) {
	var list []Variant
	for _, d := range h.o.Builtins {
		list = append(list, Variant{Description: d, Builtin: true, mtls: true})
	}
	entries, err := h.plugins.Read()
	for _, e := range entries {
		list = append(list, registered(e))
	}
	return list, err
}

func registered(e lockfile.Entry) Variant {
	return Variant{Description: e.Description, Path: e.Path, Hash: e.Hash, mtls: e.MTLS}
}

// Variant returns the variant of that name. The error is of kind NotFound and
// says which name was probably meant. A built-in is found even when the list of
// registered plugins cannot be read.
func (h *Host) Variant(name string) (*Variant, error) {
	list, err := h.Variants()
	i := slices.IndexFunc(list, func(v Variant) bool { return v.Name == name })
	switch {
	case i >= 0:
		return &list[i], nil
	case err != nil:
		return nil, err
	}
	names := make([]string, len(list))
	for i, v := range list {
		names[i] = v.Name
	}
	return nil, fault.New(fault.NotFound, fmt.Sprintf("unknown variant %q", name), "",
		didyoumean.Sentence(name, names, "`zoo list` shows all variants"))
}

// VariantOf returns the variant that a run is of. The error is of kind NotFound when
// its plugin is not registered any more.
func (h *Host) VariantOf(r *Run) (*Variant, error) {
	v, err := h.Variant(r.Variant)
	if fault.KindOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, fmt.Sprintf("run %s is of the variant %q, which is not there", r.ID, r.Variant), r.Dir,
			fmt.Sprintf("register its plugin: zoo plugin add ./%s%s", executablePrefix, r.Variant))
	}
	return v, err
}

// Runs lists the runs, newest first.
func (h *Host) Runs() ([]*Run, error) { return h.runs.List() }

// FindRun returns the run that ref names: a run's id, its folder's path, or a
// variant's name for that variant's latest run with a checkpoint.
func (h *Host) FindRun(ref string) (*Run, error) { return h.runs.Find(ref) }

// RemoveRun deletes a run's folder, the link that it was found through and the
// links in the folder of runs that lead to it. It fails with kind Usage while a
// process trains in the folder.
func (h *Host) RemoveRun(r *Run) error { return h.runs.Remove(r) }
