// Command generate makes images with an exported generator in this project's own
// runtime for some seconds and prints, as JSON, how many a second:
//
//	go run ./bench/generate MODEL.onnx BATCH THREADS WARM_UP SECONDS
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 5 {
		return fmt.Errorf("want MODEL.onnx BATCH THREADS WARM_UP SECONDS, got %d arguments", len(args))
	}
	var numbers [4]float64
	for i, arg := range args[1:] {
		n, err := strconv.ParseFloat(arg, 64)
		if err != nil || !(n > 0) {
			return fmt.Errorf("want a number above 0, got %q", arg)
		}
		numbers[i] = n
	}
	rate, err := generate(args[0], int(numbers[0]), int(numbers[1]), seconds(numbers[2]), seconds(numbers[3]))
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{"images_per_second": rate})
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// generate returns the images a second after a warm-up.
func generate(model string, batch, threads int, warmUp, clock time.Duration) (float64, error) {
	pool := kernel.NewPool(threads)
	defer pool.Close()
	m, err := onnxrun.Open(model, onnxrun.Options{Pool: pool})
	if err != nil {
		return 0, err
	}
	// The same latents again and again: drawing them is no part of this.
	z := tensor.New(batch, m.Inputs()[0].Dims[1].Size)
	tensor.NewStream(1, "latents", 0).Uniform(z.Data, -1, 1)
	inputs := map[string]*onnxrun.Array{"z": onnxrun.FromTensor(z)}
	rate := func(duration time.Duration) (float64, error) {
		begin := time.Now()
		for images := batch; ; images += batch {
			if _, err := m.Run(inputs); err != nil {
				return 0, err
			}
			if elapsed := time.Since(begin); elapsed >= duration {
				return float64(images) / elapsed.Seconds(), nil
			}
		}
	}
	if _, err := rate(warmUp); err != nil {
		return 0, err
	}
	return rate(clock)
}
