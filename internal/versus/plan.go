package versus

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
)

// Plan is what is compared. Two plans are the same comparison when they are equal.
type Plan struct {
	Variants []string      `json:"variants"`
	Data     []string      `json:"data"`
	Seeds    []uint64      `json:"seeds"`
	Steps    int64         `json:"steps,omitempty"`  // one of the three is the budget
	Images   int64         `json:"images,omitempty"` // real examples that the discriminator sees
	Time     time.Duration `json:"time,omitempty"`   // of training
	Every    int64         `json:"every,omitempty"`  // steps between measures and pictures; 0: the plugin's own cadence
	Batch    int           `json:"batch,omitempty"`
	Arch     string        `json:"arch,omitempty"`   // network; empty: each variant's own
	Labels   int           `json:"labels,omitempty"` // labelled examples of semi-supervised variants
	// Params are the variants' own settings, the same for all.
	Params map[string]string `json:"params,omitempty"`
	// How folders of images are read.
	Size       int    `json:"size,omitempty"`
	Grey       bool   `json:"grey,omitempty"`
	Colour     bool   `json:"colour,omitempty"`
	Background string `json:"background,omitempty"`
	Zoom       int    `json:"zoom,omitempty"`

	Measures []string `json:"measures,omitempty"` // by name; empty: those usual for the data
	Samples  int      `json:"samples,omitempty"`  // to measure on; 0: the usual number
}

// Cell is one training of a comparison.
type Cell struct {
	Variant string `json:"variant"`
	Data    string `json:"data"`
	Seed    uint64 `json:"seed"`
}

// Name is the cell's in file names: "wgangp-ring8-seed1".
func (c Cell) Name() string {
	data := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '-'
	}, c.Data)
	return fmt.Sprintf("%s-%s-seed%d", c.Variant, strings.Trim(data, "-"), c.Seed)
}

// Cells are all trainings, the seeds in the outermost loop: a comparison that is
// stopped early has every variant with the first seeds.
func (p *Plan) Cells() []Cell {
	var cells []Cell
	for _, seed := range p.Seeds {
		for _, data := range p.Data {
			for _, variant := range p.Variants {
				cells = append(cells, Cell{variant, data, seed})
			}
		}
	}
	return cells
}

// Check refuses a plan with nothing in it, with other than one budget, or with
// the same training twice. The errors are of kind Usage.
func (p *Plan) Check() error {
	budgets := 0
	for _, given := range []bool{p.Steps > 0, p.Images > 0, p.Time > 0} {
		if given {
			budgets++
		}
	}
	cells := p.Cells()
	switch {
	case budgets != 1:
		return fault.New(fault.Usage, "a comparison needs one budget for all", "", "give one of --steps, --images and --time")
	case len(cells) == 0:
		return fault.New(fault.Usage, "there is nothing to compare", "", "name variants, data and seeds")
	}
	seen := map[string]bool{}
	for _, c := range cells {
		if seen[c.Name()] {
			return fault.New(fault.Usage, fmt.Sprintf("%s on %s with seed %d is named twice", c.Variant, c.Data, c.Seed), "", "name it once")
		}
		seen[c.Name()] = true
	}
	return nil
}

// ID is eight digits that follow from the plan: the same comparison finds its
// folder again.
func (p *Plan) ID() string {
	content, err := json.Marshal(p)
	if err != nil {
		panic(err) // a plan is plain data
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:4])
}

// Budget words the budget: "2,000 steps".
func (p *Plan) Budget() string {
	switch {
	case p.Steps > 0:
		return text.Plural(p.Steps, "step", "steps")
	case p.Images > 0:
		return text.Plural(p.Images, "real example", "real examples")
	}
	return text.Duration(p.Time)
}

// holds reports whether the plan is q, but for seeds that it has and q has not:
// a comparison may grow by seeds.
func (p *Plan) holds(q *Plan) bool {
	for _, seed := range q.Seeds {
		if !slices.Contains(p.Seeds, seed) {
			return false
		}
	}
	grown := *q
	grown.Seeds = p.Seeds
	return reflect.DeepEqual(p, &grown)
}
