package hosttest

import (
	"time"

	"github.com/ganzoo/ganzoo/zoo"
)

// cheat is what a Counter can break of its promises, for the test of the suite
// that checks them.
type cheat struct {
	jitter  func(zoo.Config) float32 // added to a weight at each step
	forgets bool                     // the weights, when it resumes
	litters bool                     // leaves a half-written file when it is canceled
	mixes   bool                     // a sample depends on the others of its batch
	file    string                   // what it calls its checkpoints, with %d for the step
	pickles bool                     // its checkpoints are no safetensors files
}

// Cheats are the doubles that the contract's suite must find out, with the
// subtest that does it.
var Cheats = map[string]string{
	"cheat-clock":   "same_seed",
	"cheat-threads": "threads",
	"cheat-forgets": "resume",
	"cheat-litters": "cancel",
	"cheat-mixes":   "latents",
	"cheat-file":    "train",
	"cheat-pickles": "train",
}

// cheats are those doubles' deeds.
var cheats = map[string]cheat{
	"cheat-clock":   {jitter: func(zoo.Config) float32 { return float32(time.Now().UnixNano()%1e6) / 1e6 }},
	"cheat-threads": {jitter: func(c zoo.Config) float32 { return float32(c.Threads) }},
	"cheat-forgets": {forgets: true},
	"cheat-litters": {litters: true},
	"cheat-mixes":   {mixes: true},
	"cheat-file":    {file: "model-%d.pt"},
	"cheat-pickles": {pickles: true},
}
