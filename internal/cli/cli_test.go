package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// testVariants stand for the built-ins in tests that start no process.
func testVariants() []zoo.Description {
	return []zoo.Description{
		{
			Name: "wgangp", Title: "Wasserstein GAN with gradient penalty", Year: 2017, Paper: "arXiv:1704.00028", Version: "1",
			Objective: "critic: E f(x̃) − E f(x) + λ E(‖∇f(x̂)‖₂−1)²\ngenerator: −E f(x̃)",
			Kinds:     []zoo.Kind{zoo.Images, zoo.Points}, Labels: zoo.LabelsUnused, Archs: []string{"dcgan28", "mlp"},
			Params: []zoo.Param{
				{Name: "lambda", Default: "10", Doc: "weight of the penalty"},
				{Name: "penalty", Default: "two-sided", Doc: "which norms it punishes", Choices: []string{"one-sided", "two-sided"}},
			},
		},
		{Name: "catgan", Title: "Categorical GAN", Year: 2015, Kinds: []zoo.Kind{zoo.Images, zoo.Points}, Labels: zoo.LabelsOptional},
		{Name: "cgan", Title: "Conditional GAN", Year: 2014, Kinds: []zoo.Kind{zoo.Images}, Labels: zoo.LabelsRequired},
	}
}

// session runs the command in memory, with folders of its own.
type session struct {
	*Factory
	out, err *bytes.Buffer
}

func newSession(t *testing.T) *session {
	t.Helper()
	t.Setenv("GANZOO_CACHE", t.TempDir())
	plugins := filepath.Join(t.TempDir(), "plugins")
	if err := os.Mkdir(plugins, 0o755); err != nil { // without a umask, TempDir's own is open to all, which is refused
		t.Fatal(err)
	}
	env := map[string]string{envRuns: t.TempDir(), envPlugins: plugins}
	streams, out, err := iostreams.Test()
	return &session{out: out, err: err, Factory: &Factory{
		IO:         streams,
		Version:    "test",
		Executable: "/no/such/zoo",
		Builtins:   testVariants,
		Serve:      func(string) error { return nil },
		Now:        time.Now,
		Getenv:     func(name string) string { return env[name] },
		Orderly:    func() (<-chan struct{}, func()) { return nil, func() {} },
	}}
}

func (s *session) run(args ...string) int { return run(context.Background(), s.Factory, args) }

// refuses runs a command line that must end with that exit code and one sentence,
// which has the words.
func (s *session) refuses(t *testing.T, args string, code int, says string) {
	t.Helper()
	if got := s.run(strings.Fields(args)...); got != code {
		t.Errorf("exit code %d, want %d", got, code)
	}
	if !strings.Contains(s.err.String(), says) {
		t.Errorf("stderr has no %q:\n%s", says, s.err)
	}
	if !strings.HasPrefix(s.err.String(), "zoo: ") || strings.Contains(s.err.String(), "goroutine") || strings.Count(s.err.String(), "\n") > 3 {
		t.Errorf("not a sentence:\n%s", s.err)
	}
	if s.out.Len() > 0 {
		t.Errorf("stdout: %s", s.out)
	}
}

// runVerb runs one verb alone, made by a constructor that was given a run
// function, under a root with the global flags.
func (s *session) runVerb(verb *cobra.Command, args ...string) error {
	root := newRoot(s.Factory)
	for _, c := range root.Commands() {
		if c.Name() == verb.Name() {
			root.RemoveCommand(c)
		}
	}
	root.AddCommand(verb)
	root.SetContext(context.Background())
	return execute(root, append([]string{verb.Name()}, args...))
}

func TestWrongInput(t *testing.T) {
	for _, tt := range []struct {
		args string
		code int
		says string // on stderr
	}{
		{"trian", 2, `unknown command "trian" for "zoo"`},
		{"trian --data mnist", 2, `did you mean "train"?`},
		{"--josn list", 2, "did you mean --json?"},
		{"help trian", 2, `did you mean "train"?`},
		{"help runs lsit", 2, `did you mean "list"?`},
		{"list -x", 2, "unknown flag -x"},
		{"resume wgangp --set lambda=1", 2, "--set goes with zoo train and zoo compare"},
		{"list --zoom 2", 2, "`zoo list --help`"}, // with too many verbs to name them
		{"list extra", 2, `takes no argument "extra"`},
		{"list --log-level loud", 2, `unknown log level "loud"`},
		{"info", 2, "needs a variant"},
		{"info wgamgp", 3, `did you mean "wgangp"?`},
		{"runs lsit", 2, `did you mean "list"?`},
		{"runs show nothing", 3, `no run "nothing"`},
		{"runs --bogus", 2, "unknown flag --bogus"},
		{"runs rm", 2, "needs a run"},
		{"runs rm nothing", 3, `no run "nothing"`},
		{"train", 2, "needs a variant"},
		{"train wgangp", 2, "needs --data"},
		{"train wgangp --data", 2, "--data needs a value"},
		{"train wgamgp --data ring8", 3, `unknown variant "wgamgp"`},
		{"train wgangp --data mnits", 3, `did you mean "mnist"?`},
		{"train wgangp --data ./nowhere", 3, "no such folder"},
		{"train wgangp --data ring8 --batch 0", 2, "--batch"},
		{"train wgangp --data ring8 --batch -3", 2, "whole number above zero"},
		{"train wgangp --data ring8 --batch 16385", 2, "16384 at most"},
		{"train wgangp --data ring8 --size 1025", 2, "1024 at most"},
		{"train wgangp --data ring8 --steps 0", 2, "--steps"},
		{"train wgangp --data ring8 --steps -1", 2, "--steps"},
		{"train wgangp --data ring8 --epochs 0", 2, "--epochs"},
		{"train wgangp --data ring8 --time 5", 2, "90s, 5m or 1h30m"},
		{"train wgangp --data ring8 --time -5m", 2, "--time"},
		{"train wgangp --data ring8 --threads 0", 2, "--threads"},
		{"train wgangp --data ring8 --seed -1", 2, "--seed"},
		{"train wgangp --data ring8 --seed x", 2, "--seed"},
		{"train wgangp --data ring8 --size 0", 2, "--size"},
		{"train wgangp --data ring8 --labels 0", 2, "--labels"},
		{"train wgangp --data ring8 --steps 5 --epochs 1", 2, "exclude each other"},
		{"train wgangp --data ring8 --grey --color", 2, "exclude each other"},
		{"train wgangp --data ring8 --set lambda", 2, "name=value"},
		{"train wgangp --data ring8 --set lambda=1 --set lambda=2", 2, "set twice"},
		{"train wgangp --data ring8 --set lamda=1", 2, `did you mean "lambda"?`},
		{"train wgangp --data ring8 --set penalty=none", 2, "one-sided, two-sided"},
		{"train wgangp --data ring8 --arch dcgan", 2, `did you mean "dcgan28"?`},
		{"train wgangp --data ring8 --labels 10", 2, "does not use labels"},
		{"train cgan --data ring8", 4, "does not learn points"},
		{"train catgan --data swissroll --labels 10", 2, "has no labels"},
		{"resume", 2, "needs a run"},
		{"resume wgangp", 3, `no run "wgangp"`},
		{"resume wgangp --steps 0", 2, "--steps"},
		{"sample", 2, "needs a run"},
		{"sample wgangp", 3, `no run "wgangp"`},
		{"sample wgangp --n 0", 2, "--n"},
		{"sample wgangp --n -1", 2, "--n"},
		{"sample wgangp --n 99999999", 2, "at most"},
		{"sample wgangp --grid 8", 2, "8x8"},
		{"sample wgangp --grid 0x8", 2, "8x8"},
		{"sample wgangp --grid 2x2 --n 5", 2, "do not fit"},
		{"sample wgangp --label x", 2, "0-9"},
		{"sample wgangp --code c1", 2, "c1=3"},
		{"sample wgangp --code c1=1 --code c1=2", 2, "set twice"},
		{"sample wgangp --interpolate 3", 2, "two seeds"},
		{"sample wgangp --interpolate 3,4 --n 5", 2, "exclude each other"},
		{"sample wgangp --interpolate 3,4 --steps 1", 2, "two ends"},
		{"sample wgangp --interpolate 3,4 --grid 4x1", 2, "two ends"},
		{"sample wgangp --interpolate 3,4 --grid 4x4 --steps 4", 2, "exclude each other"},
		{"sample wgangp --steps 4", 2, "--interpolate"},
		{"sample wgangp --latents z.npy --n 5", 2, "exclude each other"},
		{"sample wgangp --latents z.npy --seed 5", 2, "exclude each other"},
		{"sample wgangp --out grid.jpg", 2, "must end in .png or .npy"},
		{"sample wgangp --out grid", 2, "must end in .png or .npy"},
		{"sample wgangp --save-latents z.png", 2, "must end in .npy"},
		{"sample wgangp --out /no/such/folder/x.png", 8, "does not exist"},
		{"evaluate", 2, "needs a run"},
		{"evaluate wgangp", 3, `no run "wgangp"`},
		{"evaluate wgangp --n 0", 2, "--n"},
		{"evaluate wgangp --measures fid,kdi", 2, `did you mean "kid"?`},
		{"emd", 2, "needs a file of weights"},
		{"emd nowhere.csv nowhere.csv", 4, "cannot read the numbers"},
		{"classifier train", 2, "needs --data"},
		{"classifier train --data mnist --epochs 0", 2, "--epochs"},
		{"classifier train --data mnist --out c.png", 2, "must end in .safetensors"},
		{"export wgangp", 2, "needs a file to write"},
		{"export wgangp out.onxx", 2, "must end in .onnx"},
		{"export wgangp out.onnx --opset 12", 2, "--opset"},
		{"export wgangp out.onnx --profile narrow", 2, "wide or modern"},
		{"export wgangp out.onnx --profile modern --opset 13", 2, "give one of them"},
		{"export wgangp out.onnx --image png", 2, "uint8"},
		{"export wgangp out.onnx --truncation 1.5", 2, "at most 1"},
		{"export wgangp out.onnx --int8=4", 2, "--int8=qdq"},
		{"export wgangp out.onnx --fp16 --int8", 2, "exclude each other"},
		{"export wgangp out.onnx --batch 0", 2, "--batch"},
		{"export wgangp out.onnx --check tensorflow", 2, "onnxruntime is"},
		{"export wgangp out.html --network discriminator", 2, "a page shows a generator"},
		{"export wgangp out.onnx --network discriminator --card", 2, "--card"},
		{"export wgangp out.onnx", 3, `no run "wgangp"`},
		{"export wgangp /no/such/folder/out.onnx", 8, "does not exist"},
		{"data lsit", 2, `did you mean "list"?`},
		{"data fetch", 2, "needs a dataset"},
		{"data fetch mnits", 3, `did you mean "mnist"?`},
		{"data import", 2, "needs a folder"},
		{"data import ./nowhere", 4, "no such folder"},
		{"plugin add", 2, "needs a plugin"},
		{"plugin remove nothing", 3, "nothing"},
		{"completion", 2, "needs a shell"},
		{"completion tcsh", 2, "bash, zsh, fish, powershell"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			t.Chdir(t.TempDir()) // the package's own folder may be closed
			newSession(t).refuses(t, tt.args, tt.code, tt.says)
		})
	}
}

func TestEveryVerbShowsAnExample(t *testing.T) {
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if !c.IsAvailableCommand() {
			return
		}
		if c.Short == "" || !strings.Contains(c.Example, c.CommandPath()) {
			t.Errorf("%s: no example of it, or no short text", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	for _, c := range newRoot(newSession(t).Factory).Commands() {
		if c.Name() != "help" {
			visit(c)
		}
	}
}

func TestAloneShowsHelp(t *testing.T) {
	for _, args := range [][]string{{}, {"help"}, {"--help"}, {"runs", "--help"}, {"help", "data"}} {
		s := newSession(t)
		if code := s.run(args...); code != 0 || !strings.Contains(s.out.String(), "Usage:") {
			t.Errorf("zoo %v: code %d, stdout:\n%s", args, code, s.out)
		}
	}
}

func TestGroupAloneLists(t *testing.T) {
	s := newSession(t)
	if code := s.run("data"); code != 0 || !strings.HasPrefix(s.out.String(), "mnist\timages\t1×28×28\t60,000\t10\tno\t") {
		t.Errorf("code %d, stdout:\n%s", code, s.out)
	}
}

func TestHelpTopics(t *testing.T) {
	for topic, says := range map[string]string{"exit-codes": "diverged", "environment": "ZOO_RUNS"} {
		s := newSession(t)
		if code := s.run("help", topic); code != 0 || !strings.Contains(s.out.String(), says) {
			t.Errorf("zoo help %s: code %d, stdout:\n%s", topic, code, s.out)
		}
	}
}

// What is asked for and cannot be printed is no success, whatever the verb.
func TestFullStdout(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	for _, args := range []string{"list", "list --json", "help exit-codes", "info wgangp", "version"} {
		s := newSession(t)
		s.IO.SetOut(full)
		if code := s.run(strings.Fields(args)...); code != 8 || !strings.Contains(s.err.String(), "cannot write to stdout: no space left") {
			t.Errorf("zoo %s: code %d\n%s", args, code, s.err)
		}
	}
}

func TestListIsBareInAPipe(t *testing.T) {
	s := newSession(t)
	if code := s.run("list"); code != 0 {
		t.Fatalf("code %d: %s", code, s.err)
	}
	want := "wgangp\t2017\tarXiv:1704.00028\timages or points\tWasserstein GAN with gradient penalty\n"
	if first, _, _ := strings.Cut(s.out.String(), "catgan"); first != want {
		t.Errorf("got %q, want %q", first, want)
	}
}

// TestListIsQuick stands guard over lazy making: the verb has 50 ms, most of
// which is the process's own start. The best of a few tries counts, for the
// machine may be busy.
func TestListIsQuick(t *testing.T) {
	best := time.Hour
	for range 5 {
		s := newSession(t)
		begun := time.Now()
		s.run("list")
		best = min(best, time.Since(begun))
	}
	if best > 25*time.Millisecond {
		t.Errorf("zoo list took %v", best)
	}
}

func TestInfo(t *testing.T) {
	s := newSession(t)
	if code := s.run("info", "wgangp"); code != 0 {
		t.Fatalf("code %d: %s", code, s.err)
	}
	for _, says := range []string{"gradient penalty (2017", "λ E(‖∇f(x̂)‖₂−1)²", "lambda\t10\t", "one-sided, two-sided", "none yet; make one: zoo train wgangp"} {
		if !strings.Contains(s.out.String(), says) {
			t.Errorf("no %q in:\n%s", says, s.out)
		}
	}
}

func TestTrainFlags(t *testing.T) {
	s := newSession(t)
	var got *trainOptions
	verb := newTrain(s.Factory, func(_ context.Context, o *trainOptions) error { got = o; return nil })
	err := s.runVerb(verb, "wgangp", "--data", "./faces", "--size", "32", "--color", "--arch", "mlp", "--batch", "16", "--steps", "500",
		"--time", "5m", "--seed", "7", "--threads", "2", "--labels", "100", "--set", "lambda=5", "--set", "a=b=c",
		"--checkpoint-every", "50", "--sample-every", "25")
	if err != nil {
		t.Fatal(err)
	}
	c := got.Config
	if got.Variant != "wgangp" || got.Data != (dataOptions{Name: "./faces", Size: 32, Colour: true}) {
		t.Errorf("got %+v", got)
	}
	if c.Arch != "mlp" || c.Batch != 16 || c.Steps != 500 || c.Time != 5*time.Minute || c.Seed != 7 || c.Threads != 2 ||
		c.Labels != 100 || c.Params["lambda"] != "5" || c.Params["a"] != "b=c" || c.CheckpointEvery != 50 || c.SampleEvery != 25 {
		t.Errorf("got %+v", c)
	}
}

func TestSampleFlags(t *testing.T) {
	t.Chdir(t.TempDir()) // the package's own folder may be closed
	s := newSession(t)
	var got *sampleOptions
	sample := func(args ...string) *sampleOptions {
		t.Helper()
		verb := newSample(s.Factory, func(_ context.Context, o *sampleOptions) error { got = o; return nil })
		if err := s.runVerb(verb, args...); err != nil {
			t.Fatal(err)
		}
		return got
	}
	if o := sample("wgan"); o.Out != "samples.png" || o.Seed != defaultSeed {
		t.Errorf("got %+v", o)
	}
	if o := sample("wgan", "--grid", "2x3", "--label", "0-2", "--seed", "9", "--out", t.TempDir()+"/x.NPY"); o.Grid != (grid{2, 3}) ||
		!slices.Equal(o.Labels.List, []int64{0, 1, 2}) || o.Labels.Sweep || o.Seed != 9 || o.pictures() {
		t.Errorf("got %+v", o)
	}
	if o := sample("wgan", "--interpolate", "3,7"); o.Grid != (grid{1, defaultFrames}) {
		t.Errorf("got %+v", o)
	}
	if o := sample("wgan", "--interpolate", "3,7", "--steps", "4"); o.Grid != (grid{1, 4}) {
		t.Errorf("got %+v", o)
	}
}

func TestServeIsHidden(t *testing.T) {
	s := newSession(t)
	served := ""
	s.Serve = func(name string) error { served = name; return fault.New(fault.NotFound, "no such variant", "", "") }
	if code := s.run("__serve", "wgan"); code != 3 || served != "wgan" {
		t.Errorf("code %d, served %q", code, served)
	}
	s.run("help")
	if strings.Contains(s.out.String(), "__serve") {
		t.Error("help shows the hidden verb")
	}
}
