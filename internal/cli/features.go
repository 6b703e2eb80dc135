package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/metrics/classifier"
	"github.com/ganzoo/ganzoo/zoo"
)

// extractor is what --features names, or the classifier of the data, or nil
// where there is none.
func (o *evaluateOptions) extractor(d zoo.Dataset) (metrics.Extractor, error) {
	switch {
	case o.seenWith != nil:
		return o.seenWith, nil
	case d.Kind != zoo.Images && o.Features != "":
		return nil, usagef("leave --features out", "%s has no images to see features in", d.Name)
	case isClassifierFile(o.Features):
		c, err := classifier.Read(o.Features)
		return chosenClassifier{c, filepath.Base(o.Features)}, err
	case isModel(o.Features):
		return o.Model.extractor(o.Features, o.pool)
	case o.Features != "" && o.Features != d.Name:
		c, err := classifier.Builtin(o.Features)
		return chosenClassifier{c, o.Features}, err
	case slices.Contains(classifier.Names(), d.Name):
		return classifier.Builtin(d.Name)
	}
	return nil, nil
}

func isClassifierFile(ref string) bool {
	return strings.EqualFold(filepath.Ext(ref), ".safetensors")
}

// chosenClassifier stands in the place of the data's own classifier, or of none.
// Figures on its features carry its name, for they are of another scale.
type chosenClassifier struct {
	*classifier.Classifier
	chosen string // a built-in by name, or a file without its folder
}

func (c chosenClassifier) Name() string { return c.Classifier.Name() + " of " + c.chosen }

// seenFeatures tells what images were seen with from all else that they could have
// been seen with.
type seenFeatures struct {
	Name   string `json:"name"`             // as measures on them are named
	SHA256 string `json:"sha256,omitempty"` // of the file that --features names
}

// describeFeatures is nil where no images were seen with anything.
func (o *evaluateOptions) describeFeatures(e metrics.Extractor) (*seenFeatures, error) {
	if e == nil {
		return nil, nil
	}
	seen := &seenFeatures{Name: e.Name()}
	if !isClassifierFile(o.Features) && !isModel(o.Features) {
		return seen, nil
	}
	f, err := os.Open(o.Features)
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read what the features are of", o.Features, fault.ToRead(err))
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot read what the features are of", o.Features, fault.ToRead(err))
	}
	seen.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return seen, nil
}
