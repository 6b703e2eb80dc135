package gan

import "github.com/ganzoo/ganzoo/graph"

// featureMatching makes ‖E f(x) − E f(x̃)‖² the generator's loss, with f the
// features that the discriminator's last layer takes (Salimans et al. 2016,
// arXiv:1606.03498, section 3.1).
var featureMatching = trick{
	settings: []Param{{Name: "feature_matching", Default: false, Doc: "the generator's loss is the distance of the discriminator's mean features (1606.03498)"}},
	generator: func(s *Step, loss *graph.Node) *graph.Node {
		if !s.Flag("feature_matching") {
			return loss
		}
		return s.FeatureDistance()
	},
}

// FeatureDistance is ‖E f(x) − E f(x̃)‖², a scalar, of data and samples, with f as in
// DWithFeatures (Salimans et al. 2016, arXiv:1606.03498, section 3.1).
func (s *Step) FeatureDistance() *graph.Node {
	_, real := s.DWithFeatures(s.Real)
	_, fake := s.DWithFeatures(s.Fake)
	return real.PerExample().Mean(0).Sub(fake.PerExample().Mean(0)).Square().Sum()
}
