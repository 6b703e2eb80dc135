package host_test

import (
	"context"
	"fmt"
	"os"

	"github.com/rs/zerolog"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/host/hosttest"
	"github.com/ganzoo/ganzoo/zoo"
)

// A program that trains. Its variants are processes of the executable: of zoo, with
// plugins.Descriptions() as Builtins, or as here of the program itself.
func ExampleHost_Train() {
	dir, err := os.MkdirTemp("", "zoo")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	h, err := host.New(host.Options{
		Builtins: hosttest.Descriptions(), Executable: self, PluginDir: dir, RunsDir: dir, Log: zerolog.Nop(),
	})
	if err != nil {
		panic(err)
	}
	// data.Resolve brings a dataset by name; a plugin maps its files.
	ring := zoo.Dataset{Name: "ring8", Kind: zoo.Points, Shape: []int{2}, Count: 100}
	run, err := h.Train(context.Background(), host.TrainOptions{
		Variant: hosttest.Honest, Dataset: ring, Config: zoo.Config{Steps: 10},
	}, func(e *zoo.Event) {
		if e.Type == zoo.Checkpoint {
			fmt.Println("checkpoint of step", e.Step)
		}
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(run.Variant, run.Status)
	// Output:
	// checkpoint of step 5
	// checkpoint of step 10
	// honest completed
}
