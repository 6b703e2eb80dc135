package zootest_test

import (
	"os"
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
