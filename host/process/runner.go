package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// pipeGrace is how long a plugin's output is read after its end: a grandchild
// that inherited the pipe may hold it open for ever.
const pipeGrace = 500 * time.Millisecond

// child runs one plugin process for go-plugin (its runner.Runner).
type child struct {
	cmd    *exec.Cmd
	out    *output
	verify *verified // nil for built-ins

	handshake *io.PipeReader // the first line of stdout, all that go-plugin gets to see
	started   chan struct{}  // closed when pid and startErr are set
	startErr  error
	ended     chan struct{} // closed when the process is gone and its output read
	waitErr   error         // of the process; set before ended is closed

	mu     sync.Mutex
	pid    int    // 0 before the start and once the process is reaped
	first  string // the first line of stdout, "" until it came
	killed bool
}

func newChild(cmd *exec.Cmd, out *output, v *verified) *child {
	return &child{cmd: cmd, out: out, verify: v, started: make(chan struct{}), ended: make(chan struct{})}
}

// pipes are the two ends of the process's stdout and stderr.
type pipes struct{ stdout, stdoutChild, stderr, stderrChild *os.File }

func newPipes() (p pipes, err error) {
	if p.stdout, p.stdoutChild, err = os.Pipe(); err != nil {
		return p, err
	}
	if p.stderr, p.stderrChild, err = os.Pipe(); err != nil {
		p.stdout.Close()
		p.stdoutChild.Close()
	}
	return p, err
}

// Start runs the process on a thread that stays until the process ends: the
// kernel's parent-death signal is that of the thread that forked.
func (c *child) Start(context.Context) error {
	p, err := newPipes()
	if err != nil {
		return err
	}
	c.cmd.Stdin = nil // the null device: a plugin must not read the user's typing
	c.cmd.Stdout, c.cmd.Stderr = p.stdoutChild, p.stderrChild
	c.cmd.SysProcAttr = attributes()

	handshake, handshakeWriter := io.Pipe()
	c.handshake = handshake
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		c.live(p, handshakeWriter)
	}()
	<-c.started
	if c.startErr != nil {
		return c.startErr
	}
	if c.verify != nil {
		if err := c.verify.unchanged(); err != nil {
			c.kill()
			c.handshake.Close() // nobody will read it
			return err
		}
	}
	return nil
}

// live starts the process and stays with it until it is gone and all that it
// printed is read.
func (c *child) live(p pipes, handshake *io.PipeWriter) {
	defer close(c.ended)
	defer p.stderr.Close()
	defer p.stdout.Close()
	c.startErr = c.cmd.Start()
	p.stdoutChild.Close()
	p.stderrChild.Close()
	if c.startErr != nil {
		handshake.Close()
		close(c.started)
		return
	}
	c.mu.Lock()
	c.pid = c.cmd.Process.Pid
	if c.killed { // before there was something to kill
		killGroup(c.cmd.Process)
	}
	c.mu.Unlock()
	close(c.started)

	var readers sync.WaitGroup
	readers.Go(func() { c.readStdout(p.stdout, handshake) })
	readers.Go(func() { c.out.read(p.stderr) })
	c.wait()
	deadline := time.Now().Add(pipeGrace)
	p.stdout.SetReadDeadline(deadline)
	p.stderr.SetReadDeadline(deadline)
	readers.Wait()
}

// wait reaps the process and kills what is left of its group. The group goes
// first where the system can tell an end without reaping: after it, the number
// might be another's.
func (c *child) wait() {
	if !awaitExit(c.cmd.Process.Pid) {
		c.waitErr = c.cmd.Wait()
	}
	c.mu.Lock()
	killGroup(c.cmd.Process)
	c.pid = 0
	c.mu.Unlock()
	if c.cmd.ProcessState == nil {
		c.waitErr = c.cmd.Wait()
	}
}

// readStdout hands the first line to go-plugin and the rest to the log.
func (c *child) readStdout(stdout io.Reader, handshake *io.PipeWriter) {
	b := bufio.NewReaderSize(stdout, maxLine)
	line, _ := b.ReadSlice('\n')
	c.mu.Lock()
	c.first = printable(string(line))
	c.mu.Unlock()
	if len(line) > 0 {
		fmt.Fprintln(handshake, strings.TrimSpace(string(line)))
	}
	handshake.Close()
	c.out.read(b)
}

// kill ends the process and its group at once.
func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.killed = true
	if c.pid != 0 {
		killGroup(c.cmd.Process)
	}
}

// firstLine is what the plugin printed in the place of the handshake.
func (c *child) firstLine() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.first
}

// exit describes how the process ended: "exit status 2", "signal: killed".
func (c *child) exit() string {
	if c.waitErr == nil {
		return "exit status 0"
	}
	var status *exec.ExitError
	if errors.As(c.waitErr, &status) {
		return status.String()
	}
	return c.waitErr.Error()
}

// The rest of runner.Runner.

func (c *child) Wait(ctx context.Context) error {
	select {
	case <-c.ended:
		return c.waitErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *child) Kill(context.Context) error {
	c.kill()
	return nil
}

func (c *child) Stdout() io.ReadCloser           { return c.handshake }
func (c *child) Stderr() io.ReadCloser           { return io.NopCloser(strings.NewReader("")) } // see output
func (c *child) Name() string                    { return c.cmd.Path }
func (c *child) Diagnose(context.Context) string { return "" }

func (c *child) ID() string {
	select {
	case <-c.started:
		if c.startErr == nil {
			return strconv.Itoa(c.cmd.Process.Pid)
		}
	default:
	}
	return ""
}

func (c *child) PluginToHost(network, addr string) (string, string, error) { return network, addr, nil }
func (c *child) HostToPlugin(network, addr string) (string, string, error) { return network, addr, nil }
