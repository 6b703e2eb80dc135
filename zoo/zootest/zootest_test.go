package zootest_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/ganzoo/ganzoo/host/hosttest"
	"github.com/ganzoo/ganzoo/zoo"
	"github.com/ganzoo/ganzoo/zoo/zootest"
)

func TestMain(m *testing.M) {
	hosttest.ServeIfAsked()
	goleak.VerifyTestMain(m)
}

// The suite passes on a plugin that keeps to the contract.
func TestHonest(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []zoo.Kind{zoo.Images, zoo.Points} {
		t.Run(string(kind), func(t *testing.T) {
			parity := false
			zootest.Run(t, zootest.Options{
				Name: hosttest.Honest, Path: self, Args: []string{"__serve", hosttest.Honest},
				Dataset: zootest.Toy(t, t.TempDir(), kind),
				Config:  zoo.Config{Seed: 5, Params: map[string]string{"delay": "1ms"}},
				Export: func(t *testing.T, e zootest.Exported) {
					parity = len(e.Model) > 0 && e.Latents.Shape[0] == e.Samples.Shape[0]
				},
			})
			if !parity {
				t.Error("the export was not handed over")
			}
		})
	}
}

// TestOneCheat runs the suite on the plugin that TestCheats names. It is meant
// to fail.
func TestOneCheat(t *testing.T) {
	name := os.Getenv("ZOOTEST_CHEAT")
	if name == "" {
		t.Skip("only as a helper process")
	}
	zootest.Run(t, zootest.Options{
		Name: name, Path: os.Args[0], Args: []string{"__serve", name},
		Config: zoo.Config{Seed: 5, Params: map[string]string{"delay": "1ms"}},
	})
}

// sentences are what the suite says of cheats that would otherwise show as a
// riddle later.
var sentences = map[string]string{
	"cheat-file":    "the checkpoint of step 3 is called model-3.pt: the host finds only checkpoints/step-<step>.safetensors",
	"cheat-pickles": "step-00000003.safetensors is no whole safetensors file",
}

// The suite finds out each plugin that breaks a promise, in the subtest that is
// about that promise.
func TestCheats(t *testing.T) {
	for name, subtest := range hosttest.Cheats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], "-test.run=^TestOneCheat$/^(describe|train|"+subtest+")$")
			cmd.Env = append(os.Environ(), "ZOOTEST_CHEAT="+name)
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Fatal("the suite passed")
			}
			if !strings.Contains(string(out), "--- FAIL: TestOneCheat/"+subtest) {
				t.Errorf("the subtest %s passed:\n%s", subtest, out)
			}
			if !strings.Contains(string(out), sentences[name]) {
				t.Errorf("%q is not said:\n%s", sentences[name], out)
			}
		})
	}
}
