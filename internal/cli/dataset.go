package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/cli/progress"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// dataOptions is what the user says of the data.
type dataOptions struct {
	Name       string
	Size       int
	Grey       bool
	Colour     bool
	Background data.Background
	Zoom       int

	like *zoo.Dataset // whose images a folder's are read like where nothing is said; nil: none's
}

// flags adds the flags that name a dataset; purpose ends the sentence about --data.
func (o *dataOptions) flags(cmd *cobra.Command, f *Factory, purpose string) {
	cmd.Flags().StringVar(&o.Name, "data", "", "`dataset` by name, or the path of a folder of images"+purpose)
	o.imageFlags(cmd)
	must(cmd.RegisterFlagCompletionFunc("data", f.completeData))
}

// imageFlags adds the flags that say how a folder of images is read.
func (o *dataOptions) imageFlags(cmd *cobra.Command) {
	intVar(cmd.Flags(), &o.Size, "size", maxSize, "side that a folder's images are scaled to, in pixels")
	cmd.Flags().BoolVar(&o.Grey, "grey", false, "read a folder's images in shades of grey")
	cmd.Flags().BoolVar(&o.Colour, "color", false, "read a folder's images in colour")
	cmd.Flags().Var(&value[data.Background]{p: &o.Background, kind: "colour", parse: parseBackground, show: func(b data.Background) string { return string(b) }},
		"background", "what is transparent in a folder's images becomes: white, or black; white by default")
	must(cmd.RegisterFlagCompletionFunc("background", fixed(string(data.White), string(data.Black))))
	intVar(cmd.Flags(), &o.Zoom, "zoom", data.MaxZoom, "for small drawings: each pixel of a folder's images becomes so many each way, centred; by default the largest square is scaled")
}

func parseBackground(s string) (data.Background, error) {
	b := data.Background(s)
	if b != data.White && b != data.Black {
		return "", errors.New("choose white or black")
	}
	return b, nil
}

// check refuses flags that contradict each other.
func (o *dataOptions) check() error {
	if o.Grey && o.Colour {
		return usagef("give one of them", "--grey and --color exclude each other")
	}
	return nil
}

// resolver says how data is looked for, and shows how far that is. The caller
// calls done when the data is there.
func (o *dataOptions) resolver(f *Factory) (resolver data.Options, done func()) {
	resolver = data.Options{
		Size:       o.Size,
		Background: o.Background,
		Zoom:       o.Zoom,
		Warn:       func(message string) { f.Log.Warn().Msg(message) },
	}
	if o.like != nil {
		like := resolvedData(*o.like)
		resolver.Like = &like
	}
	switch {
	case o.Grey:
		resolver.Channels = 1
	case o.Colour:
		resolver.Channels = 3
	}
	if f.Quiet {
		return resolver, func() {}
	}
	bar := progress.NewTransfer(f.IO)
	resolver.Progress = bar.Update
	return resolver, bar.Close
}

// resolve makes the data ready.
func (o *dataOptions) resolve(ctx context.Context, f *Factory) (zoo.Dataset, error) {
	resolver, done := o.resolver(f)
	d, err := data.Resolve(ctx, o.Name, resolver)
	done()
	if err == nil {
		err = o.checkShape(d)
	}
	return contractData(d), err
}

// checkShape refuses data that does not come as the user asked for it: only a
// folder's images are scaled and recoloured.
func (o *dataOptions) checkShape(d data.Dataset) error {
	asked := o.Size != 0 || o.Grey || o.Colour
	if !asked {
		return nil
	}
	const mend = "leave --size, --grey and --color out: they say how a folder of images is read"
	if d.Kind != data.Images {
		return usagef(mend, "%s has no images to scale or recolour", d.Name)
	}
	channels, height, width := d.Shape[0], d.Shape[1], d.Shape[2]
	if o.Size != 0 && (o.Size != height || o.Size != width) || o.Grey && channels != 1 || o.Colour && channels != 3 {
		return usagef(mend, "%s is made of images of %s as it stands", d.Name, extents(d.Shape))
	}
	return nil
}

// contractData is a dataset in the contract's words.
func contractData(d data.Dataset) zoo.Dataset {
	return zoo.Dataset{
		Name: d.Name, Kind: zoo.Kind(d.Kind), Shape: d.Shape, Count: d.Count, Classes: d.Classes,
		TrainX: d.TrainX, TrainY: d.TrainY, TestX: d.TestX, TestY: d.TestY, Fingerprint: d.Fingerprint,
		Background: string(d.Background), Zoom: d.Zoom,
	}
}

// resolvedData is a dataset of the contract in the words of package data.
func resolvedData(d zoo.Dataset) data.Dataset {
	return data.Dataset{
		Name: d.Name, Kind: data.Kind(d.Kind), Shape: d.Shape, Count: d.Count, Classes: d.Classes,
		TrainX: d.TrainX, TrainY: d.TrainY, TestX: d.TestX, TestY: d.TestY, Fingerprint: d.Fingerprint,
		Background: data.Background(d.Background), Zoom: d.Zoom,
	}
}

// recordedData makes the data ready that a run, or whatever else is named, was
// trained on, and refuses data that has changed since. The arrays of that time
// serve as long as they are there, wherever what they were made from has gone.
func recordedData(ctx context.Context, f *Factory, whose string, recorded zoo.Dataset) (zoo.Dataset, error) {
	if checkRecorded(recorded) == nil {
		return recorded, nil
	}
	o := dataOptions{Name: recorded.Name, like: &recorded}
	d, err := o.resolve(ctx, f)
	if fault.KindOf(err) == fault.NotFound {
		return d, fault.Wrap(fault.NotFound, err, "the data that "+whose+" was trained on is gone, and so is the cached copy", recorded.Name,
			"bring it back to where it was, or train anew")
	}
	if err != nil {
		return d, err
	}
	if d.Fingerprint != recorded.Fingerprint {
		return d, changedData(recorded)
	}
	return d, nil
}

// checkRecorded refuses a run's data unless its files are there and have the
// fingerprint that the run recorded.
func checkRecorded(d zoo.Dataset) error {
	got, err := data.Fingerprint(resolvedData(d))
	if err != nil {
		return err
	}
	if got != d.Fingerprint {
		return changedData(d)
	}
	return nil
}

func changedData(d zoo.Dataset) error {
	mend := "bring back the data of that time, or train anew"
	if filepath.IsAbs(d.Name) && d.Background == "" { // from before it was recorded how a folder is read
		mend += fmt.Sprintf("; if the run had --zoom or --background, first: zoo data fetch %s with these and its --size", quoteWord(d.Name))
	}
	return fault.New(fault.Data, "the data is not what the run was trained on", d.Name, mend)
}

// maxReference is how many points of the data a scatter shows under the samples.
const maxReference = 4000

// loadReference returns points of the data to draw under samples, or nil for
// data of another kind, or when the cache has lost it: a picture without them
// is still a picture.
func loadReference(d zoo.Dataset) *tensor.Tensor {
	if d.Kind != zoo.Points || d.TrainX == "" {
		return nil
	}
	points, err := npy.ReadTensor(d.TrainX)
	if err != nil || len(points.Shape) != 2 || points.Shape[1] != 2 {
		return nil
	}
	n := min(points.Shape[0], maxReference)
	return tensor.Of(points.Data[:2*n], n, 2)
}

// publicName is what a file that leaves this machine calls the data: of a folder only
// its last name, since the path says who keeps what where.
func publicName(d zoo.Dataset) string { return text.Line(filepath.Base(d.Name)) }

// describeData words what a dataset holds: "mnist: 60,000 images of 1×28×28".
func describeData(d zoo.Dataset) string {
	return fmt.Sprintf("%s: %s %s", d.Name, text.Count(int64(d.Count)), describeKind(d))
}

// describeKind words what the examples of a dataset are.
func describeKind(d zoo.Dataset) string {
	if d.Kind == zoo.Images {
		return "images of " + extents(d.Shape)
	}
	return string(d.Kind)
}
