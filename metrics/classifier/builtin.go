package classifier

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn/checkpoint"
)

// DefaultEpochs is the length of the trainings that made the weights.
const DefaultEpochs = 12

// weights were written by `zoo classifier train --data NAME` with no other flags.
//
//go:embed weights
var weights embed.FS

const (
	folder = "weights"
	ending = ".safetensors"
)

// Names lists the classifiers that come with the program, each by the data it
// was trained on.
func Names() []string {
	entries, err := fs.ReadDir(weights, folder)
	if err != nil {
		return nil // there is no way for what is embedded to be missing
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ending))
	}
	return names
}

// Builtin returns a classifier that comes with the program. An unknown name is
// a fault of kind NotFound.
func Builtin(name string) (*Classifier, error) {
	file := path.Join(folder, name+ending)
	content, err := weights.ReadFile(file)
	if err != nil {
		return nil, fault.New(fault.NotFound, "there is no classifier "+name, "",
			didyoumean.Sentence(name, Names(), "`zoo classifier list` shows all"))
	}
	f, err := checkpoint.Decode(content, file)
	if err != nil {
		return nil, err
	}
	return restore(f, file)
}
