package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/picture"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// Factory gives the verbs what they share. Nothing in it is made before it is
// asked for: `zoo list` starts no process and reads only the plugin registry.
type Factory struct {
	IO         *iostreams.IO
	Version    string
	Executable string                   // serves the built-ins
	Builtins   func() []zoo.Description // of the variants compiled in
	Serve      func(name string) error  // runs one of them as a plugin process
	Now        func() time.Time         // for "5 min ago"
	Getenv     func(string) string
	Orderly    func() (<-chan struct{}, func()) // see interrupts.Orderly

	// The global flags.
	RunsDir  string
	JSON     bool
	Quiet    bool
	Debug    bool
	LogLevel string

	Log zerolog.Logger // ready when a verb runs

	reference *tensor.Tensor // what pictures of samples show under them; may be nil

	once    sync.Once
	host    *host.Host
	hostErr error
}

// Environment variables that stand for flags or folders.
const (
	envRuns    = "ZOO_RUNS"
	envPlugins = "GANZOO_PLUGINS"
	envCPU     = "GANZOO_CPU"
)

// Host returns the host, made at the first call.
func (f *Factory) Host() (*host.Host, error) {
	f.once.Do(func() {
		f.host, f.hostErr = f.newHost(f.RunsDir, func(path string, e *zoo.Event) error {
			return drawSamples(path, e, f.reference)
		})
	})
	return f.host, f.hostErr
}

// newHost makes a host of runs in a folder.
func (f *Factory) newHost(runsDir string, draw func(path string, e *zoo.Event) error) (*host.Host, error) {
	plugins, err := f.pluginDir()
	if err != nil {
		return nil, err
	}
	return host.New(host.Options{
		Builtins:   f.Builtins(),
		Executable: f.Executable,
		PluginDir:  plugins,
		RunsDir:    runsDir,
		Log:        f.Log,
		Draw:       draw,
		CheckData:  checkRecorded,
		Plot:       plotLosses,
		Versions:   map[string]string{"zoo": f.Version, "go": runtime.Version(), "cpu": kernel.Class(), "bf16": kernel.ProductClass(kernel.BF16)},
	})
}

// drawSamples makes the picture of a run's samples, over points of the data
// where it has points.
func drawSamples(path string, e *zoo.Event, reference *tensor.Tensor) error {
	img, err := picture.Draw(e.Samples, reference, 0)
	if err != nil {
		return err
	}
	return picture.WritePNG(path, img)
}

// pluginDir is where third-party plugins are registered.
func (f *Factory) pluginDir() (string, error) {
	if dir := f.Getenv(envPlugins); dir != "" {
		return dir, nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", fault.Wrap(fault.IO, err, "no folder for the plugin registry", "", "set "+envPlugins+" to one")
	}
	return filepath.Join(config, "ganzoo", "plugins"), nil
}

// runsDir is the default of --runs.
func (f *Factory) runsDir() string {
	if dir := f.Getenv(envRuns); dir != "" {
		return dir
	}
	return "runs"
}

// checkCPU refuses a class of kernels that there is not: a slip would pass for the
// best class.
func (f *Factory) checkCPU() error {
	if name := f.Getenv(envCPU); name != "" && !slices.Contains(kernel.ClassNames(), name) {
		return usagef("unset it, or set it to one of: "+strings.Join(kernel.ClassNames(), ", "), "%s names kernels that there are not: %q", envCPU, name)
	}
	return nil
}

// logLevels are what --log-level takes.
var logLevels = []string{"trace", "debug", "info", "warn", "error", "disabled"}

// openLog makes f.Log as the global flags ask: for people on Err, or JSON
// lines there when results are JSON too.
func (f *Factory) openLog() error {
	level, err := zerolog.ParseLevel(f.LogLevel)
	if err != nil || f.LogLevel == "" {
		return usagef("choose one of: "+strings.Join(logLevels, ", "), "unknown log level %q", f.LogLevel)
	}
	if f.JSON {
		f.Log = zerolog.New(f.IO.Err).Level(level).With().Timestamp().Logger()
		return nil
	}
	f.Log = zerolog.New(zerolog.ConsoleWriter{
		Out:        f.IO.Err,
		NoColor:    !f.IO.ErrPalette().Enabled(),
		TimeFormat: time.TimeOnly,
		FormatPrepare: func(entry map[string]any) error {
			if message, ok := entry[zerolog.MessageFieldName].(string); ok { // fields are quoted anyway
				entry[zerolog.MessageFieldName] = text.Printable(message)
			}
			return nil
		},
	}).Level(level).With().Timestamp().Logger()
	return nil
}
