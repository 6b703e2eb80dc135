// Command draw is a program with a generator in it: it draws pictures with a model
// that zoo export has written, or any other tool.
//
//	zoo train wgangp --data mnist
//	zoo export wgangp digits.onnx
//	go run github.com/ganzoo/ganzoo/examples/draw digits.onnx digits.png
//
// It needs no C, no Python and no zoo. To carry the model inside the program, embed
// the file and hand its bytes to onnxrun.Load in place of onnxrun.Open.
package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/tensor"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: draw model.onnx pictures.png")
		os.Exit(2)
	}
	if err := draw(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "draw:", err)
		os.Exit(1)
	}
}

// How many pictures are drawn, and from which numbers: with this purpose `zoo sample
// digits.onnx --seed 7` draws the same ones.
const (
	count   = 16
	seed    = 7
	purpose = "latents"
)

func draw(model, out string) error {
	m, err := onnxrun.Open(model, onnxrun.Options{})
	if err != nil {
		return err
	}
	generator, err := onnxrun.NewGenerator(m)
	if err != nil {
		return err
	}
	var labels []int64 // each class in turn, where the model asks for one
	for i := 0; generator.Classes > 0 && i < count; i++ {
		labels = append(labels, int64(i%generator.Classes))
	}
	images, err := generator.Sample(context.Background(), generator.Latents.Draw(purpose, seed, count), labels)
	if err != nil {
		return err
	}
	if len(images.Shape) != 4 {
		return fmt.Errorf("%s makes examples of %v, which are no images", model, generator.Example)
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := png.Encode(f, row(images)); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// row lays images N×C×H×W in −1…1 side by side.
func row(images *tensor.Tensor) image.Image {
	n, channels, height, width := images.Shape[0], images.Shape[1], images.Shape[2], images.Shape[3]
	out := image.NewRGBA(image.Rect(0, 0, n*width, height))
	for i := range n {
		for y := range height {
			for x := range width {
				level := func(channel int) uint8 {
					v := images.Data[((i*channels+channel%channels)*height+y)*width+x]
					return uint8((min(max(v, -1), 1)+1)*127.5 + 0.5)
				}
				out.Set(i*width+x, y, color.RGBA{level(0), level(1), level(2), 255})
			}
		}
	}
	return out
}
