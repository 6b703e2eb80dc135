package e2e

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func skipUnlessAsked(t *testing.T) {
	t.Helper()
	if os.Getenv("GANZOO_E2E") == "" {
		t.Skip("takes minutes and other programs: set GANZOO_E2E=1 to run it, as .ci/run does")
	}
}

// root is the folder of the module.
func root(t *testing.T) string {
	t.Helper()
	r, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// shell runs commands as a user would, in a folder of his own.
type shell struct {
	t   *testing.T
	dir string
	env []string
}

// newUser is somebody with Go and nothing else prepared: an empty home folder,
// nothing in the zoo's cache. What Go has compiled and fetched already is kept:
// it is not what is tested.
func newUser(t *testing.T, dir string) *shell {
	t.Helper()
	home := t.TempDir()
	s := &shell{t: t, dir: dir}
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if name == "HOME" || strings.HasPrefix(name, "XDG_") || strings.HasPrefix(name, "GANZOO_") || strings.HasPrefix(name, "ZOO_") {
			continue
		}
		s.env = append(s.env, kv)
	}
	s.env = append(s.env, "HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, ".cache"))
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "GOSUMDB"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		s.env = append(s.env, name+"="+strings.TrimSpace(string(out)))
	}
	return s
}

// try runs a command and returns both outputs and its exit code.
func (s *shell) try(name string, args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	cmd := exec.Command(name, args...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = s.dir, s.env, &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// run is try for a command that must succeed.
func (s *shell) run(name string, args ...string) string {
	s.t.Helper()
	stdout, stderr, code := s.try(name, args...)
	if code != 0 {
		s.t.Fatalf("%s %s: exit code %d\n%s%s", name, strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout
}

// build compiles the command and returns its path.
func build(t *testing.T) string {
	t.Helper()
	zoo := filepath.Join(t.TempDir(), "zoo")
	cmd := exec.Command("go", "build", "-o", zoo, "./cmd/zoo")
	cmd.Dir = root(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return zoo
}

// TestREADME follows the README in a clean clone: its first command, cut short,
// and the three commands that the training then names.
func TestREADME(t *testing.T) {
	skipUnlessAsked(t)
	readme, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	first := regexp.MustCompile(`(?m)^\s*go run (\./cmd/zoo train .*?)\s*(#.*)?$`).FindSubmatch(readme)
	if first == nil || !bytes.Contains(readme, []byte("go test ./...")) {
		t.Fatal("README.md does not show the two commands")
	}

	clone := filepath.Join(t.TempDir(), "ganzoo")
	if out, err := exec.Command("git", "clone", "--quiet", root(t), clone).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	user := newUser(t, clone)
	args := append([]string{"run"}, strings.Fields(string(first[1]))...)
	stdout, stderr, code := user.try("go", append(args, "--time", "20s")...)
	said := stdout + stderr
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, said)
	}
	for _, part := range []string{"run folder: runs/", "zoo sample", "zoo evaluate", "zoo export"} {
		if !strings.Contains(said, part) {
			t.Errorf("the training does not say %q:\n%s", part, said)
		}
	}
	pictures, _ := filepath.Glob(filepath.Join(clone, "runs", "*", "samples", "*.png"))
	if len(pictures) < 2 {
		t.Fatalf("the training left %d pictures", len(pictures))
	}
	f, err := os.Open(pictures[len(pictures)-1])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := png.Decode(f); err != nil {
		t.Errorf("%s: %v", pictures[len(pictures)-1], err)
	}

	next := regexp.MustCompile(`(?m)^\s+zoo (sample|evaluate|export) (.*)$`).FindAllStringSubmatch(said, -1)
	if len(next) != 3 {
		t.Fatalf("the training names %d commands to try next", len(next))
	}
	for _, c := range next {
		user.run("go", append([]string{"run", "./cmd/zoo", c[1]}, strings.Fields(c[2])...)...)
	}
}

func read(t *testing.T, s *shell, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
