package main

import (
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// imageCount is how many images there are to train on, as in train.py.
const imageCount = 1024

// images returns a folder of pictures of noise, made when it is first asked for.
func (z *zooBinary) images(shape []int) (string, error) {
	folder := z.path(fmt.Sprintf("images-%dx%dx%d", shape[0], shape[1], shape[2]))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		return "", err
	}
	noise := rand.NewChaCha8([32]byte{})
	for i := range imageCount {
		bounds := image.Rect(0, 0, shape[2], shape[1])
		var picture image.Image
		if shape[0] == 1 {
			grey := image.NewGray(bounds)
			noise.Read(grey.Pix)
			picture = grey
		} else {
			colour := image.NewNRGBA(bounds)
			noise.Read(colour.Pix)
			for at := 3; at < len(colour.Pix); at += 4 {
				colour.Pix[at] = 255
			}
			picture = colour
		}
		if err := writePNG(filepath.Join(folder, fmt.Sprintf("%04d.png", i)), picture); err != nil {
			return "", err
		}
	}
	return folder, nil
}

func writePNG(path string, picture image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, picture); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
