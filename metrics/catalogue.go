package metrics

import "slices"

// Figure is a measured value beside what the same code says of real examples.
type Figure struct {
	Name   string
	Value  float64
	SD     float64 // over parts of the samples; 0: there were none
	Real   float64 // with real examples in the place of the samples: what an ideal generator would get
	Unit   string  // "%", "nats"; empty for plain numbers
	Better string  // "lower", "higher" or empty
	Note   string  // protocol: "of 8 modes, on 2,500 samples"
}

const (
	lower  = "lower"
	higher = "higher"
)

// Measure is a measure that can be asked for by name. Some give several figures.
type Measure struct {
	Name string
	Doc  string // what it says, in half a sentence

	needs []need
	least int // examples in each set; 0: one
	take  func(g *Gallery, set *Set) ([]Figure, error)
	// control is what stands in for the samples, when it is not Gallery.Control.
	control func(g *Gallery) *Set
}

// Catalogue is all measures, in the order they are shown.
var Catalogue = []Measure{
	{Name: "is", Doc: "inception score", needs: []need{needImages, needProbabilities}, take: takeInceptionScore},
	{Name: "confidence", Doc: "share of the samples that the classifier reads without doubt", needs: []need{needImages, needProbabilities}, take: takeConfidence},
	{Name: "classes", Doc: "KL and JS divergence of the classes' shares from the test images'", needs: []need{needImages, needProbabilities}, take: takeClasses},
	{Name: "agreement", Doc: "share of the samples that are of the class asked for", needs: []need{needImages, needProbabilities, needLabels}, take: takeAgreement},
	{Name: "fid", Doc: "Fréchet distance of the features", needs: []need{needImages, needFeatures}, least: 2, take: takeFrechet},
	{Name: "kid", Doc: "kernel distance of the features", needs: []need{needImages, needFeatures}, least: 2, take: takeKernelDistance},
	{Name: "prdc", Doc: "precision, recall, density and coverage of the features", needs: []need{needImages, needFeatures}, least: ManifoldNeighbours + 1, take: takeManifold},
	{Name: "modes", Doc: "modes captured, high-quality samples and reverse KL", needs: []need{needMixture}, take: takeModes},
	{Name: "stacked", Doc: "modes of stacked digits captured, and KL of their shares", needs: []need{needImages, needStacked}, take: takeStacked},
	{Name: "w1", Doc: "exact Wasserstein distance of points", needs: []need{needPoints}, take: takeWasserstein},
	{Name: "sliced", Doc: "sliced Wasserstein distance", take: takeSliced},
	{Name: "two-sample", Doc: "whether nearest neighbours tell samples from test examples", least: 2, take: takeTwoSample},
	{Name: "neighbours", Doc: "distance of the samples to the training images: memorisation", needs: []need{needImages, needTraining}, take: takeNeighbours,
		control: func(g *Gallery) *Set { return g.Test }},
}

// need is what a measure cannot do without.
type need struct {
	what string
	met  func(g *Gallery) bool
}

var (
	needImages        = need{"images", (*Gallery).images}
	needPoints        = need{"points", func(g *Gallery) bool { return !g.images() }}
	needFeatures      = need{LacksFeatures, func(g *Gallery) bool { return g.Samples.Features != nil }}
	needProbabilities = need{LacksClassifier, func(g *Gallery) bool { return g.Samples.Features != nil && g.Samples.Probabilities != nil }}
	needLabels        = need{"a conditional variant", func(g *Gallery) bool { return g.Samples.Labels != nil }}
	needMixture       = need{"data with modes that are known", func(g *Gallery) bool { return g.Centres != nil }}
	needStacked       = need{"stacked digits", func(g *Gallery) bool { return g.Samples.Channels != nil }}
	needTraining      = need{"training data", func(g *Gallery) bool { return g.Training != nil }}
)

// What a measure lacks where a classifier for its features would mend it.
const (
	LacksFeatures   = "a feature extractor"
	LacksClassifier = "a classifier"
)

// Lacks names what the measure would need and the gallery has not, or is empty.
func (m *Measure) Lacks(g *Gallery) string {
	for _, n := range m.needs {
		if !n.met(g) {
			return n.what
		}
	}
	for _, s := range []*Set{g.Samples, g.Test, g.Control} {
		if s.Len() < m.least {
			return sampleCount(m.least) + " and as many real examples"
		}
	}
	return ""
}

// Take measures the samples and what stands in for them: Lacks must be empty.
func (m *Measure) Take(g *Gallery) ([]Figure, error) {
	figures, err := m.take(g, g.Samples)
	if err != nil {
		return nil, err
	}
	control := g.Control
	if m.control != nil {
		control = m.control(g)
	}
	reals, err := m.take(g, control)
	if err != nil {
		return nil, err
	}
	for i := range figures {
		figures[i].Real = reals[i].Value
	}
	return figures, nil
}

// Find returns the measure of that name, or nil.
func Find(name string) *Measure {
	if i := slices.IndexFunc(Catalogue, func(m Measure) bool { return m.Name == name }); i >= 0 {
		return &Catalogue[i]
	}
	return nil
}
