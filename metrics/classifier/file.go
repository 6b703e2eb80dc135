package classifier

import (
	"encoding/json"
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn/checkpoint"
	"github.com/ganzoo/ganzoo/tensor"
)

// Keys of a file's metadata.
const (
	keyKind        = "ganzoo.kind"
	keyDescription = "ganzoo.classifier"

	fileKind = "classifier 1" // the number grows when older programs cannot read the file
)

// description is what a file says beside its weights.
type description struct {
	Data     string       `json:"data"`
	In       tensor.Shape `json:"in"`
	Classes  int          `json:"classes"`
	Accuracy float64      `json:"accuracy"`
	Training Options      `json:"training"`
}

// Write stores the classifier at path, as safetensors.
func (c *Classifier) Write(path string) error {
	about, err := json.Marshal(description{c.Data, c.In, c.Classes, c.Accuracy, c.Training})
	if err != nil {
		return err
	}
	var arrays []checkpoint.Array
	for _, v := range c.net.variables() {
		arrays = append(arrays, checkpoint.Array{Name: v.Name, Value: v.Value})
	}
	return checkpoint.Write(path, map[string]string{keyKind: fileKind, keyDescription: string(about)}, arrays)
}

// Read loads a classifier that Write has stored. Any other file is a fault of
// kind Checkpoint.
func Read(path string) (*Classifier, error) {
	f, err := checkpoint.Read(path)
	if err != nil {
		return nil, err
	}
	return restore(f, path)
}

// restore makes the network that a file describes and gives it its weights.
func restore(f *checkpoint.File, path string) (*Classifier, error) {
	refuse := func(format string, args ...any) error {
		return fault.New(fault.Checkpoint, "this is no classifier: "+fmt.Sprintf(format, args...), path, "zoo classifier train makes one")
	}
	if f.Metadata[keyKind] != fileKind {
		return nil, refuse("its kind is %q, not %q", f.Metadata[keyKind], fileKind)
	}
	var about description
	if err := json.Unmarshal([]byte(f.Metadata[keyDescription]), &about); err != nil {
		return nil, refuse("its description cannot be read: %v", err)
	}
	if err := checkSize(about.In, about.Classes); err != nil {
		return nil, refuse("%v", err)
	}
	c := &Classifier{Data: about.Data, In: about.In, Classes: about.Classes, Accuracy: about.Accuracy, Training: about.Training}
	if err := graph.Catch(func() { c.net = newNetwork(c.In, c.Classes, 0) }); err != nil {
		return nil, refuse("%v", err)
	}
	variables := c.net.variables()
	if len(variables) != len(f.Arrays) {
		return nil, refuse("it has %d arrays, not %d", len(f.Arrays), len(variables))
	}
	for _, v := range variables {
		a := f.Arrays[v.Name]
		if a == nil || !a.Shape.Equal(v.Value.Shape) {
			return nil, refuse("it has no array %s of %v", v.Name, v.Value.Shape)
		}
		copy(v.Value.Data, a.Data)
	}
	return c, nil
}
