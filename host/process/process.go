package process

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"github.com/rs/zerolog"
	"google.golang.org/grpc"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

const (
	// DefaultStartTimeout is how long a plugin may take to be ready.
	DefaultStartTimeout = 10 * time.Second
	// closeTimeout is how long Close asks before it kills. go-plugin's own
	// Kill waits for ever for a plugin that is stopped or stuck.
	closeTimeout = 3 * time.Second
)

// Spec says what to start.
type Spec struct {
	Name         string   // of the variant, which the plugin must confirm
	Path         string   // absolute path of the executable
	Args         []string // without the program's own name
	Hash         string   // "sha256:…" that the file must have; empty: not checked
	MTLS         bool     // mutual TLS, with certificates made for this one process
	StartTimeout time.Duration
	Log          zerolog.Logger
}

// ErrNoMTLS says that a plugin was asked for mutual TLS and does not speak it.
var ErrNoMTLS = errors.New("the plugin does not speak mutual TLS")

// Process is a running plugin. Its methods of the contract return what the
// plugin returned; when the process dies meanwhile, an error of kind Plugin
// with its exit status and last words.
type Process struct {
	spec    Spec
	child   *child
	client  *plugin.Client
	plugin  zoo.Plugin
	desc    *zoo.Description
	sockets string
	close   sync.Once
}

// Start runs the plugin and returns once it has described itself. Ending ctx
// ends the start, not the process. Every failure is an error of kind Plugin,
// except that of the context.
func Start(ctx context.Context, spec Spec) (*Process, error) {
	if spec.StartTimeout <= 0 {
		spec.StartTimeout = DefaultStartTimeout
	}
	spec.Log = spec.Log.With().Str("plugin", spec.Name).Logger()
	ctx, cancel := context.WithTimeoutCause(ctx, spec.StartTimeout, errSlow)
	defer cancel()

	sockets, err := socketFolder()
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot make a folder for the plugin's socket", os.TempDir(), "set TMPDIR to a folder that you may write to")
	}
	p := &Process{spec: spec, sockets: sockets}
	if err := p.start(ctx); err != nil {
		p.Kill() // what did not come up is not asked to go
		return nil, err
	}
	return p, nil
}

var errSlow = errors.New("start timeout")

func (p *Process) start(ctx context.Context) error {
	var checked *verified
	if p.spec.Hash != "" {
		var err error
		if checked, err = verify(p.spec.Name, p.spec.Path, p.spec.Hash); err != nil {
			return err
		}
	}
	cmd := exec.Command(p.spec.Path, p.spec.Args...)
	cmd.Env = environ(os.Environ(), p.spec.Log.GetLevel())
	p.child = newChild(cmd, &output{log: p.spec.Log}, checked)
	p.client = plugin.NewClient(p.config())

	// go-plugin's Start knows no context, but returns when the process ends.
	endStart := context.AfterFunc(ctx, p.child.kill)
	_, err := p.client.Start()
	endStart()
	if err != nil {
		return p.explainStart(ctx, err)
	}
	shake, err := parseHandshake(p.spec.Name, p.child.firstLine())
	if err != nil {
		return err
	}
	if p.spec.MTLS && !shake.mtls {
		return fault.Wrap(fault.Plugin, ErrNoMTLS, "cannot speak with plugin "+p.spec.Name, p.spec.Path, "register it again: zoo plugin add "+p.spec.Path)
	}
	protocol, err := p.client.Client()
	if err != nil {
		return p.explainStart(ctx, err)
	}
	raw, err := protocol.Dispense(zoo.PluginName)
	if err != nil {
		return p.explainStart(ctx, err)
	}
	p.plugin = raw.(zoo.Plugin)
	if p.desc, err = p.plugin.Describe(ctx); err != nil {
		return p.explainStart(ctx, err)
	}
	if p.desc.Name != p.spec.Name {
		return fault.New(fault.Plugin, fmt.Sprintf("plugin %s calls itself %s", p.spec.Name, quote(p.desc.Name)), p.spec.Path,
			"a plugin's file must be named zoo-plugin-<name> after the name it describes")
	}
	return nil
}

// config is go-plugin's view of the process.
func (p *Process) config() *plugin.ClientConfig {
	return &plugin.ClientConfig{
		HandshakeConfig:  zoo.Handshake,
		VersionedPlugins: zoo.Plugins(nil),
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC}, // nil would mean net/rpc
		AutoMTLS:         p.spec.MTLS,
		StartTimeout:     p.spec.StartTimeout,
		SkipHostEnv:      true,
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: p.sockets},
		// The environment that go-plugin adds is on cmd, which it made empty.
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, _ string) (runner.Runner, error) {
			p.child.cmd.Env = append(p.child.cmd.Env, cmd.Env...)
			return p.child, nil
		},
		SyncStdout: p.child.out,
		SyncStderr: p.child.out,
		Logger:     hclog.NewNullLogger(), // this package says what matters
		GRPCDialOptions: []grpc.DialOption{grpc.WithDefaultCallOptions(
			grpc.MaxCallRecvMsgSize(zoo.MaxMessage),
			grpc.MaxCallSendMsgSize(zoo.MaxMessage),
		)},
	}
}

// explainStart finds the sentence for a plugin that did not come up.
func (p *Process) explainStart(ctx context.Context, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errSlow) {
		return fault.Wrap(fault.Canceled, cause, "the start of plugin "+p.spec.Name+" was cancelled", "", "")
	}
	if p.child.startErr != nil {
		mend := "check that the file is a program for this system and that you may execute it"
		if errors.Is(p.child.startErr, fs.ErrNotExist) {
			mend = "put the file back, or remove the plugin: zoo plugin remove " + p.spec.Name
		}
		return fault.Wrap(fault.Plugin, p.child.startErr, "cannot start plugin "+p.spec.Name, p.spec.Path, mend)
	}
	if context.Cause(ctx) == nil && !p.ended(closeTimeout) {
		return fault.Wrap(fault.Plugin, err, "plugin "+p.spec.Name+" cannot be reached where it says that it listens", p.spec.Path, "report it to the plugin's author")
	}
	if context.Cause(ctx) != nil {
		return fault.Wrap(fault.Plugin, p.child.out.lastWords(), fmt.Sprintf("plugin %s was not ready within %v and was ended", p.spec.Name, p.spec.StartTimeout), p.spec.Path,
			"start it by hand to see what it waits for, or report it to the plugin's author")
	}
	if line := p.child.firstLine(); line != "" {
		if _, err := parseHandshake(p.spec.Name, line); err != nil {
			return err
		}
	}
	return fault.Wrap(fault.Plugin, p.child.out.lastWords(), fmt.Sprintf("plugin %s ended before it was ready (%s)", p.spec.Name, p.child.exit()), p.spec.Path,
		"start it by hand to see why, or report it to the plugin's author")
}

// Description is what the plugin said of itself at its start.
func (p *Process) Description() *zoo.Description { return p.desc }

// PID is the process's number.
func (p *Process) PID() int { return p.child.cmd.Process.Pid }

// Ended is closed when the process is gone.
func (p *Process) Ended() <-chan struct{} { return p.child.ended }

// ended waits for the end of the process, at most for the timeout.
func (p *Process) ended(timeout time.Duration) bool {
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case <-p.child.ended:
	case <-t.C:
	}
	select {
	case <-p.child.ended:
		return true
	default:
		return false
	}
}

// Kill ends the process and its group at once, without asking, and cleans up as
// Close does.
func (p *Process) Kill() {
	if p.child != nil {
		p.child.kill()
	}
	p.Close()
}

// Close ends the process: it is asked to, and killed with all of its group
// three seconds later. It returns when nothing of it is left, and may be called
// more than once.
func (p *Process) Close() {
	p.close.Do(func() {
		if p.client != nil {
			asked := make(chan struct{})
			go func() {
				p.client.Kill()
				close(asked)
			}()
			select {
			case <-asked:
			case <-time.After(closeTimeout):
			}
			p.child.kill()
			<-asked
		}
		os.RemoveAll(p.sockets)
	})
}
