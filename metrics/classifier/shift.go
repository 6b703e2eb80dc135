package classifier

import "github.com/ganzoo/ganzoo/tensor"

// maxShift is how far, in pixels, training images are moved along each axis: a
// digit stays the same digit.
const maxShift = 2

// shifter moves images by whole pixels drawn at random.
type shifter struct {
	shape  tensor.Shape // C×H×W
	seed   uint64
	draws  []float32
	source []float32
}

func newShifter(shape tensor.Shape, seed uint64) *shifter {
	return &shifter{shape: shape, seed: seed, draws: make([]float32, 2*batchSize), source: make([]float32, shape.Size())}
}

// apply moves each of the images (N×C×H×W in −1…1) and fills what comes into
// sight with black, −1.
func (s *shifter) apply(images []float32, step uint64) {
	const places = 2*maxShift + 1
	tensor.NewStream(s.seed, "shift", step).Uniform(s.draws, 0, places)
	for i := range len(images) / len(s.source) {
		dy, dx := int(s.draws[2*i])-maxShift, int(s.draws[2*i+1])-maxShift
		image := images[i*len(s.source):][:len(s.source)]
		copy(s.source, image)
		for k := range image {
			image[k] = -1
		}
		s.move(image, dy, dx)
	}
}

// move copies what stays in sight.
func (s *shifter) move(image []float32, dy, dx int) {
	h, w := s.shape[1], s.shape[2]
	for row := range s.shape[0] * h {
		y := row%h + dy
		if y < 0 || y >= h {
			continue
		}
		from, to := s.source[row*w:][:w], image[(row+dy)*w:][:w]
		copy(to[max(0, dx):], from[max(0, -dx):w-max(0, dx)])
	}
}
