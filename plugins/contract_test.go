package plugins

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/internal/latent"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
	"github.com/ganzoo/ganzoo/zoo/zootest"
)

// serveVerb as the first argument makes this test binary the plugin of the
// variant that the second names.
const serveVerb = "serve-for-test"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == serveVerb {
		fmt.Fprintln(os.Stderr, Serve(os.Args[2]))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// TestContract runs the contract's suite on each built-in in a process of its
// own, with its default network for images, narrowed.
func TestContract(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range Builtins {
		t.Run(v.Name, func(t *testing.T) {
			zootest.Run(t, zootest.Options{
				Name: v.Name, Path: self, Args: []string{serveVerb, v.Name},
				Config: zoo.Config{Params: map[string]string{"width": "4"}},
				Export: sameAsSampled,
			})
		})
	}
}

// TestContractWithLabels is the same for a variant that learns from labels too.
func TestContractWithLabels(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range Builtins {
		if v.Labels != zoo.LabelsOptional {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			zootest.Run(t, zootest.Options{
				Name: v.Name, Path: self, Args: []string{serveVerb, v.Name},
				Config: zoo.Config{Labels: 20, Params: map[string]string{"width": "4"}},
			})
		})
	}
}

// TestContractWithTricks is the same with all tricks that go together: what they
// keep from step to step must survive a resume, bit by bit.
func TestContractWithTricks(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := Builtins[0].Name
	zootest.Run(t, zootest.Options{
		Name: name, Path: self, Args: []string{serveVerb, name},
		Config: zoo.Config{Batch: 8, Params: map[string]string{
			"width": "4", "packing": "on", "instance_noise": "on", "historical_averaging": "on",
			"minibatch_discrimination": "on", "spectral_norm": "on", "dropout": "on", "lr_halve": "3",
		}},
	})
}

// TestContractWithClasses is the same for a variant that is told the class by a
// learned map.
func TestContractWithClasses(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	zootest.Run(t, zootest.Options{
		Name: "lsgan", Path: self, Args: []string{serveVerb, "lsgan"},
		Config: zoo.Config{Params: map[string]string{"width": "4", "label_map": "3"}},
		Export: sameAsSampled,
	})
}

// sameAsSampled runs an exported model on the plugin's latents, codes and labels.
func sameAsSampled(t *testing.T, e zootest.Exported) {
	t.Helper()
	layout := latent.Layout{Codes: e.Codes}
	layout.Noise = e.Latents.Shape[1] - layout.Width()
	inputs := layout.Split(e.Latents)
	if e.Labels != nil {
		classes := int(slices.Max(e.Labels)) + 1 // the suite asks for all
		y := tensor.New(len(e.Labels), classes)
		for i, label := range e.Labels {
			y.Data[i*classes+int(label)] = 1
		}
		inputs["y"] = y
	}
	if _, err := verify.Compare(e.Model, inputs, e.Samples, 1e-5); err != nil {
		t.Error(err)
	}
}
