package training

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"time"
)

// Peer trains the networks of a work in some library.
type Peer interface {
	// Discriminator updates that network, and returns the loss before.
	Discriminator(Batch) (float32, error)
	// Generator updates that network on latents, and returns the loss before.
	Generator(z []float32) (float32, error)
}

// Batch is what an update of the discriminator takes.
type Batch struct {
	Real, Z []float32
	// Draws from 0 to 1 that the penalty asks for: one an image of wgangp, one a
	// pixel of dragan.
	Draws []float32
}

// Main is a peer's command. It trains for some seconds and prints, as JSON, what
// bench/pytorch/train.py does.
func Main(start func(Work) (Peer, error)) {
	if err := run(start); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(start func(Work) (Peer, error)) error {
	variant := flag.String("variant", "wgangp", "gan, lsgan, wgangp or dragan")
	arch := flag.String("arch", "mlp", "mlp or dcgan28")
	batch := flag.Int("batch", 64, "images in an update")
	threads := flag.Int("threads", runtime.NumCPU(), "at work at once")
	warmUp := flag.Float64("warm-up", 1.5, "seconds before the clock starts")
	seconds := flag.Float64("seconds", 8, "seconds on the clock")
	flag.Parse()
	w, err := NewWork(*variant, *arch, *batch, *threads)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(w.Threads)
	peer, err := start(w)
	if err != nil {
		return err
	}
	t := trainer{Work: w, peer: peer, data: newData(w)}
	if err := t.warmUp(*warmUp); err != nil {
		return err
	}
	rate, err := t.run(*seconds)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"images_per_second": rate,
		"generator":         Parameters(w.Generator()),
		"discriminator":     Parameters(w.Discriminator()),
		"n_critic":          w.NCritic,
	})
}

type trainer struct {
	Work
	peer Peer
	data *data
}

// warmUp takes updates of both networks, though not in whole steps, which some
// peers need ten seconds for.
func (t *trainer) warmUp(seconds float64) error {
	begin := time.Now()
	if err := t.updateGenerator(); err != nil {
		return err
	}
	for {
		if err := t.updateDiscriminator(); err != nil {
			return err
		}
		if time.Since(begin).Seconds() >= seconds {
			return nil
		}
	}
}

// run trains in whole steps for at least so long; it returns images a second.
func (t *trainer) run(seconds float64) (float64, error) {
	begin := time.Now()
	for images := t.NCritic * t.Batch; ; images += t.NCritic * t.Batch {
		for range t.NCritic {
			if err := t.updateDiscriminator(); err != nil {
				return 0, err
			}
		}
		if err := t.updateGenerator(); err != nil {
			return 0, err
		}
		if elapsed := time.Since(begin).Seconds(); elapsed >= seconds {
			return float64(images) / elapsed, nil
		}
	}
}

func (t *trainer) updateDiscriminator() error {
	return check(t.peer.Discriminator(t.data.draw()))
}

func (t *trainer) updateGenerator() error {
	return check(t.peer.Generator(t.data.latents()))
}

// check refuses the loss of a training that has gone wrong.
func check(loss float32, err error) error {
	if err == nil && (math.IsNaN(float64(loss)) || math.IsInf(float64(loss), 0)) {
		err = fmt.Errorf("a loss of %v", loss)
	}
	return err
}
