package training

import "math/rand/v2"

// data is random images and what is drawn beside them.
type data struct {
	images []uint8
	random *rand.Rand
	batch  Batch
}

const imageCount = 1024

func newData(w Work) *data {
	d := &data{images: make([]uint8, imageCount*Pixels), random: rand.New(rand.NewPCG(1, 1))}
	for i := range d.images {
		d.images[i] = uint8(d.random.Uint32())
	}
	d.batch = Batch{Real: make([]float32, w.Batch*Pixels), Z: make([]float32, w.Batch*w.Latent()), Draws: make([]float32, w.Draws())}
	return d
}

// draw gathers images, scaled to −1 … 1, and draws the rest. The batch holds until
// the next one.
func (d *data) draw() Batch {
	for to := 0; to < len(d.batch.Real); to += Pixels {
		from := d.random.IntN(imageCount) * Pixels
		for i, pixel := range d.images[from : from+Pixels] {
			d.batch.Real[to+i] = float32(pixel)*(2.0/255) - 1
		}
	}
	for i := range d.batch.Draws {
		d.batch.Draws[i] = d.random.Float32()
	}
	d.latents()
	return d.batch
}

func (d *data) latents() []float32 {
	for i := range d.batch.Z {
		d.batch.Z[i] = float32(d.random.NormFloat64())
	}
	return d.batch.Z
}
