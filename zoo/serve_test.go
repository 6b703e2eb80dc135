package zoo

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// described is a plugin of which only Describe matters.
type described struct{ Plugin }

func (described) Describe(context.Context) (*Description, error) { return fullDescription, nil }

func TestMain(m *testing.M) {
	if os.Getenv("SERVE_BY_HAND") != "" {
		Serve(described{})
	}
	os.Exit(m.Run())
}

// A person who starts a plugin is told what it is, and gets no handshake.
func TestServeByHand(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SERVE_BY_HAND=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var status *exec.ExitError
	if !errors.As(err, &status) || status.ExitCode() != 1 || stdout.Len() > 0 {
		t.Errorf("it ended with %v and printed %q", err, stdout.String())
	}
	for _, want := range []string{fullDescription.Title, "zoo plugin add " + os.Args[0], "zoo train wgangp"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%q lacks %q", stderr.String(), want)
		}
	}
}

func TestGuard(t *testing.T) {
	g := &guard{log: Logger().Output(&bytes.Buffer{})}
	_, err := g.unary(t.Context(), nil, &grpc.UnaryServerInfo{FullMethod: "/zoo.v1.Zoo/Describe"}, func(context.Context, any) (any, error) { panic("boom") })
	var f *fault.Error
	if !errors.As(fromStatus(err), &f) || f.Kind != fault.Plugin || f.What != "the plugin panicked: boom" || f.Where != "/zoo.v1.Zoo/Describe" {
		t.Errorf("got %v", fromStatus(err))
	}
	g.wait(0)
}
