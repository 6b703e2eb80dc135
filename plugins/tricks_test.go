package plugins

import (
	"maps"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/gan/gantest"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// TestNoTrickIsIdle: whatever the variant, a trick changes what the steps make of
// the weights, or is refused; but for what a variant has already.
func TestNoTrickIsIdle(t *testing.T) {
	own := map[string]string{"featmatch": "feature_matching", "sngan": "spectral_norm"}
	tricks := []string{
		"minibatch_discrimination", "historical_averaging", "virtual_batch_norm", "instance_noise", "packing",
		"spectral_norm", "feature_matching", "gradient_penalty", "dropout", "label_map", gan.LabelSmoothing.Name,
	}
	for _, v := range Builtins {
		t.Run(v.Name, func(t *testing.T) {
			plain, err := weightsAfterTwoSteps(t, v, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, trick := range tricks {
				got, err := weightsAfterTwoSteps(t, v, map[string]string{trick: "on"})
				if err != nil && fault.KindOf(err) != fault.Usage {
					t.Errorf("%s: %v", trick, err)
				}
				if err == nil && slices.Equal(got, plain) != (own[v.Name] == trick) {
					t.Errorf("%s makes the same weights: %v", trick, slices.Equal(got, plain))
				}
			}
		})
	}
}

// weightsAfterTwoSteps are those of both networks, made narrow and without the batch
// normalisation that a penalty does not go with, or the error of settings that are
// refused.
func weightsAfterTwoSteps(t *testing.T, v *gan.Variant, params map[string]string) ([]float32, error) {
	t.Helper()
	c := zoo.Config{Batch: 4, Seed: 1, Params: map[string]string{"width": "2", "latent": "4", "norm_d": "none", "precision": "float32"}}
	maps.Copy(c.Params, params)
	m, _, err := gan.NewModel(v, c, &gantest.Images)
	if err != nil {
		return nil, err
	}
	for step := range 2 {
		for _, build := range []func(gan.StepOptions) (*gan.Program, error){m.DiscriminatorStep, m.GeneratorStep} {
			p, err := build(gan.StepOptions{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			if x := p.Input("real"); x != nil {
				tensor.NewStream(1, "test", uint64(step)).Uniform(x, -1, 1)
			}
			if y := p.Input("y"); y != nil {
				for i := 0; i < len(y); i += gantest.Images.Classes {
					y[i] = 1
				}
			}
			p.Run(int64(step))
		}
	}
	var weights []float32
	for _, v := range append(m.G.Trainable(), m.D.Trainable()...) {
		weights = append(weights, v.Value.Data...)
	}
	return weights, nil
}
