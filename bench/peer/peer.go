// Package peer finds and runs the programs that ganzoo is measured beside, and
// builds the zoo that stands on the other side.
package peer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// PyTorch is a Python program that has PyTorch.
type PyTorch struct{ Python, Version string }

// FindPyTorch tries the program given, or the usual ones. It returns nil when
// there is no PyTorch. It wants to be called from the module's root.
func FindPyTorch(ctx context.Context, python string) (*PyTorch, error) {
	if _, err := os.Stat("bench/pytorch"); err != nil {
		return nil, fmt.Errorf("run it from the module's root: %w", err)
	}
	candidates := []string{"python3", "/usr/bin/python3"}
	if python != "" {
		candidates = []string{python}
	}
	for _, c := range candidates {
		out, err := exec.CommandContext(ctx, c, "-c", "import torch; print(torch.__version__)").Output()
		if err == nil {
			return &PyTorch{c, strings.TrimSpace(string(out))}, nil
		}
	}
	return nil, ctx.Err()
}

// Build builds a command of this module, such as ./cmd/zoo, into a file.
func Build(ctx context.Context, command, path string) error {
	return BuildIn(ctx, ".", command, path)
}

// BuildIn builds a command of the module in a folder into a file, whose path is
// absolute, with more variables of the environment.
func BuildIn(ctx context.Context, folder, command, path string, environment ...string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, command)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build %s: %w\n%s", command, err, out)
	}
	return nil
}

// Failure adds what a program that failed wrote to stderr.
func Failure(program string, err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%s: %w\n%s", program, err, exit.Stderr)
	}
	return fmt.Errorf("%s: %w", program, err)
}
