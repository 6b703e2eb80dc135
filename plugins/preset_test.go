package plugins

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestPaperPresets: the preset takes the paper's network on images of the paper's
// size, and the one of its kind on others.
func TestPaperPresets(t *testing.T) {
	grey, colour := []int{1, 28, 28}, []int{3, 64, 64}
	for _, tt := range []struct {
		variant string
		shape   []int
		arch    string
		latent  string
		batch   int
	}{
		{"wgan", colour, "dcgan64", "100", 64},
		{"wgan", grey, "dcgan28", "100", 64},
		{"wgangp", colour, "dcgan64", "128", 64},
		{"lsgan", []int{3, 112, 112}, "lsgan112", "100", 64},
		{"lsgan", []int{3, 32, 32}, "dcgan32", "100", 64},
		{"lossgan", colour, "dcgan64", "100", 64},
		{"dragan", grey, "shallow", "100", 128},
		{"fgan", grey, "fgan", "100", 4096},
	} {
		i := slices.IndexFunc(Builtins, func(v *gan.Variant) bool { return v.Name == tt.variant })
		d := zoo.Dataset{Name: "images", Kind: zoo.Images, Shape: tt.shape, Count: 1}
		_, c, err := gan.NewModel(Builtins[i], zoo.Config{Params: map[string]string{"preset": "paper"}}, &d)
		if err != nil {
			t.Fatal(err)
		}
		if c.Arch != tt.arch || c.Params["latent"] != tt.latent || c.Batch != tt.batch {
			t.Errorf("%s on %v: %s with z of %s and batches of %d, want %s, %s, %d", tt.variant, tt.shape,
				c.Arch, c.Params["latent"], c.Batch, tt.arch, tt.latent, tt.batch)
		}
	}
}
