package onnxrun_test

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/ganzoo/ganzoo/export/onnxrun"
)

// Four pictures of an exported generator, from the numbers that a seed gives.
func ExampleNewGenerator() {
	model, err := onnxrun.Open(filepath.Join("..", "..", "testdata", "onnx", "dcgan.onnx"), onnxrun.Options{})
	if err != nil {
		panic(err)
	}
	generator, err := onnxrun.NewGenerator(model)
	if err != nil {
		panic(err)
	}
	z := generator.Latents.Draw("latents", 7, 4)
	images, err := generator.Sample(context.Background(), z, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(z.Shape, "→", images.Shape, "in −1…1")
	// Output: 4×8 → 4×1×16×16 in −1…1
}
