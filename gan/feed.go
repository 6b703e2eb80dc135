package gan

import (
	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/zoo"
)

// feed fills the inputs of steps with examples. What it fills in is a function
// of the seed and the step's counter alone.
type feed struct {
	set      *Settings
	all      *data.Source
	labelled *data.Source // nil without labels

	reader *reader
	labels []int64 // of the labelled examples in a batch
}

func openFeed(set *Settings, d *zoo.Dataset) (*feed, error) {
	all, err := data.Open(toData(d))
	if err != nil {
		return nil, err
	}
	f := &feed{set: set, all: all, reader: newReader(set)}
	if set.Labels > 0 {
		chosen, err := all.Labelled(set.Labels, set.Seed)
		if err != nil {
			all.Close()
			return nil, err
		}
		f.labelled = all.Subset(chosen)
		f.labels = make([]int64, set.labelledBatch())
	}
	return f, nil
}

func (f *feed) close() { f.all.Close() }

// fill sets the inputs that the step uses to those of batch number index.
func (f *feed) fill(p *Program, index int64) {
	f.reader.fill(p, f.all, f.set.Seed, index)
	if x := p.Input(labelledInput); x != nil {
		f.labelled.Batch(x, f.labels, f.set.Seed, index, len(f.labels))
	}
	if y := p.Input(classesInput); y != nil {
		oneHot(y, f.labels, f.set.Classes)
	}
}

// reader sets a program's real examples, and their classes where it takes them.
type reader struct {
	set     *Settings
	classes []int64
	unseen  []float32 // examples that are not asked for, only their classes
}

func newReader(set *Settings) *reader {
	return &reader{set: set, classes: make([]int64, set.Batch), unseen: make([]float32, set.Batch*set.Shape.Size())}
}

// fill sets them to batch number index of a source.
func (r *reader) fill(p *Program, from *data.Source, seed uint64, index int64) {
	x, y := p.Input(realInput), p.Input(classInput)
	if y == nil {
		if x != nil {
			from.Batch(x, nil, seed, index, r.set.Batch)
		}
		return
	}
	if x == nil {
		x = r.unseen
	}
	from.Batch(x, r.classes, seed, index, r.set.Batch)
	oneHot(y, r.classes, r.set.Classes)
}

// oneHot writes rows of zeros with a one at each label.
func oneHot(dst []float32, labels []int64, classes int) {
	clear(dst)
	for i, label := range labels {
		dst[i*classes+int(label)] = 1
	}
}

// toData gives a dataset the type of package data, which does not know the
// contract.
func toData(d *zoo.Dataset) data.Dataset {
	return data.Dataset{
		Name: d.Name, Kind: data.Kind(d.Kind), Shape: d.Shape, Count: d.Count, Classes: d.Classes,
		TrainX: d.TrainX, TrainY: d.TrainY, TestX: d.TestX, TestY: d.TestY, Fingerprint: d.Fingerprint,
	}
}
