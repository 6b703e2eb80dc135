package gan

import "github.com/ganzoo/ganzoo/graph"

// LabelSmoothing is the setting of variants whose discriminator answers with the
// probability of data, σ(logit): what it is to answer for data in place of 1.
// The smoothing is one-sided: samples keep 0, since a target between would
// reward samples where there is no data (Salimans et al. 2016, arXiv:1606.03498,
// section 3.4).
var LabelSmoothing = Param{
	Name: "label_smoothing", Default: 1.0, On: 0.9, Min: 0.5, Max: 1,
	Doc: "probability that the discriminator is to give data (1606.03498)",
}

// LossOnData is −E log D(x), a scalar, with D = σ(logits), for logits of data in any
// shape; with the setting LabelSmoothing, which the variant must have among its Params, the cross-entropy to the target t, −t·log D(x) − (1−t)·log(1−D(x)).
// In terms of softplus, which neither overflows nor loses digits, these are
// SP(−l) and SP(−l) + (1−t)·l.
func (s *Step) LossOnData(logits *graph.Node) *graph.Node {
	loss := logits.Neg().Softplus()
	if target := s.Param(LabelSmoothing.Name); target < 1 {
		loss = loss.Add(logits.Mul(1 - target))
	}
	return loss.Mean()
}

// LossOnSamples is −E log(1 − D(x̃)), a scalar, for logits of samples.
func (s *Step) LossOnSamples(logits *graph.Node) *graph.Node { return logits.Softplus().Mean() }

// LossOfFooling is −E log D(x̃), a scalar, the non-saturating loss of a generator, for
// logits of its samples.
func (s *Step) LossOfFooling(logits *graph.Node) *graph.Node { return logits.Neg().Softplus().Mean() }
