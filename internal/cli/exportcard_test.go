package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/zoo"
)

func TestCardText(t *testing.T) {
	whole := card{
		exported: &exported{Form: precisionFloat, Opset: 13}, Variant: &zoo.Description{Title: "Information-maximising GAN"},
		File: "digits.onnx", Latent: 62, Image: "4×1×28×28, −1…1",
	}
	truncated := whole
	truncated.Truncation = 0.7
	folder := whole
	folder.Variant = &zoo.Description{Name: "gan"}
	folder.Data.Name = "/home/someone/my \"photos\""
	for _, tt := range []struct {
		name       string
		card       card
		has, lacks string
	}{
		{"the title has no article", whole, "Information-maximising GAN (", "a Information"},
		{"latents as they are", whole, "drawn from N(0, 1) |", "truncation"},
		{"truncated latents", truncated, "drawn from N(0, 1); the model multiplies it by 0.7", "N(0, 1) |"},
		{"a folder by its last name", folder, "trained on my \"photos\" for", "/home"},
		{"words stay in their place in the head", folder, `- "my \"photos\""`, "- gan\n- onnx\n- gan"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := cardTemplate.Execute(&b, tt.card); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(b.String(), tt.has) || strings.Contains(b.String(), tt.lacks) {
				t.Errorf("it should have %q and not %q:\n%s", tt.has, tt.lacks, b.String())
			}
		})
	}
}
