package latent

import (
	"fmt"
	"strconv"
	"strings"
)

// Code is a part of the latents with a name and a distribution of its own,
// independent of the data and its labels.
type Code struct {
	Name       string `json:"name"`
	Categories int    `json:"categories,omitempty"` // one-hot, each category as likely; 0: one number from U(−1,1)
}

// Width is how many numbers the code takes.
func (c Code) Width() int { return max(1, c.Categories) }

// Reach is how far from 0 a code that is a number may be set. It is drawn from
// −1…1; twice as far it still tells something (Chen et al. 2016, figure 2).
const Reach = 2

// Set writes a value of the code into its columns: a category's number, from 0
// on, or the number itself.
func (c Code) Set(columns []float32, value float64) {
	if c.Categories == 0 {
		columns[0] = float32(value)
		return
	}
	clear(columns[:c.Categories])
	columns[int(value)] = 1
}

// drawnFrom is the range that the code is drawn from, uniformly. A category is
// where a number from U(0,1) falls among as many equal parts.
func (c Code) drawnFrom() (low, high float32) {
	if c.Categories > 0 {
		return 0, 1
	}
	return -1, 1
}

func (c Code) put(columns []float32, draw float32) {
	if c.Categories == 0 {
		c.Set(columns, float64(draw))
		return
	}
	c.Set(columns, float64(min(int(draw*float32(c.Categories)), c.Categories-1)))
}

// String is the values that the code is drawn from: "c1=0..9", "c2=-1..1".
func (c Code) String() string {
	if c.Categories > 0 {
		return fmt.Sprintf("%s=0..%d", c.Name, c.Categories-1)
	}
	return c.Name + "=-1..1"
}

// maxCategories bounds what ParseCodes believes.
const maxCategories = 1 << 16

// FormatCodes writes codes for a model's metadata: "c1=0..9, c2=-1..1".
func FormatCodes(codes []Code) string {
	words := make([]string, len(codes))
	for i, c := range codes {
		words[i] = c.String()
	}
	return strings.Join(words, ", ")
}

// ParseCodes reads what FormatCodes writes.
func ParseCodes(text string) ([]Code, error) {
	if text == "" {
		return nil, nil
	}
	var codes []Code
	for word := range strings.SplitSeq(text, ",") {
		name, values, _ := strings.Cut(strings.TrimSpace(word), "=")
		c := Code{Name: name}
		if last, one := strings.CutPrefix(values, "0.."); one {
			n, err := strconv.Atoi(last)
			if err != nil || n < 0 || n >= maxCategories {
				return nil, fmt.Errorf("%q is no code", word)
			}
			c.Categories = n + 1
		}
		if name == "" || name == Noise || c.String() != name+"="+values {
			return nil, fmt.Errorf("%q is no code", word)
		}
		codes = append(codes, c)
	}
	return codes, nil
}
