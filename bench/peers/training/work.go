// Package training is what the peers in Go have in common: the works that they are
// asked for, their networks and first weights, the data, and the clock.
package training

import "fmt"

// Work is what a peer trains.
type Work struct {
	Variant, Arch  string
	Batch, Threads int
	Settings
}

// Settings are a variant's, as in bench/pytorch/train.py.
type Settings struct {
	Rate, Beta1, Beta2 float64 // Adam's
	NormD              bool    // batch norm in the discriminator
	NCritic            int
	Penalty            Penalty
	Lambda             float64 // of the penalty
}

// Penalty on the norm of the discriminator's gradient by its input.
type Penalty int

const (
	NoPenalty Penalty = iota
	Between           // at a point between a real and a fake image: wgangp
	Around            // at a real image with noise on it: dragan
)

var variants = map[string]Settings{
	"gan":    {Rate: 2e-4, Beta1: 0.5, Beta2: 0.999, NormD: true, NCritic: 1},
	"lsgan":  {Rate: 2e-4, Beta1: 0.5, Beta2: 0.999, NormD: true, NCritic: 1},
	"wgangp": {Rate: 1e-4, Beta1: 0.5, Beta2: 0.9, NCritic: 5, Penalty: Between, Lambda: 10},
	"dragan": {Rate: 1e-4, Beta1: 0.5, Beta2: 0.9, NCritic: 1, Penalty: Around, Lambda: 10},
}

// NewWork looks a variant's settings up.
func NewWork(variant, arch string, batch, threads int) (Work, error) {
	settings, known := variants[variant]
	if !known {
		return Work{}, fmt.Errorf("no variant %q", variant)
	}
	if _, known := latents[arch]; !known {
		return Work{}, fmt.Errorf("no network %q", arch)
	}
	return Work{variant, arch, batch, threads, settings}, nil
}

// Draws is how many numbers an update's penalty asks for.
func (w Work) Draws() int {
	switch w.Penalty {
	case Between:
		return w.Batch
	case Around:
		return w.Batch * Pixels
	}
	return 0
}
