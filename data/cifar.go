package data

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// CIFAR-10's binary version: each batch is a row of records of one label and
// 32×32 pixels in planes of red, green and blue
// (https://www.cs.toronto.edu/~kriz/cifar.html).
const (
	cifarSide   = 32
	cifarPixels = 3 * cifarSide * cifarSide
	cifarRecord = 1 + cifarPixels
	cifarBatch  = 10_000 // records in each batch

	cifarTest    = "test_batch.bin"
	cifarArchive = "cifar-10-binary.tar.gz"
	cifarFolder  = "cifar-10-batches-bin" // in the archive
)

var (
	cifarTrain   = []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"}
	cifarFiles   = append(slices.Clone(cifarTrain), cifarTest)
	cifarClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
)

// cifarDataset is CIFAR-10 under its name: what was imported, or what the folder
// that the user names holds.
type cifarDataset struct {
	name, title string
	records     int // in each batch
}

var cifar10 = &cifarDataset{name: "cifar10", title: "CIFAR-10 small photographs", records: cifarBatch}

func (s *cifarDataset) info() Info {
	return Info{
		Name: s.name, Title: s.title, Kind: Images, Shape: []int{3, cifarSide, cifarSide},
		Count: len(cifarTrain) * s.records, Test: s.records, Classes: len(cifarClasses),
	}
}

func (s *cifarDataset) resolve(ctx context.Context, c cache, o *Options) (*manifest, error) {
	if m, err := c.verified(s.name, ""); err == nil {
		return m, nil
	}
	mend := fmt.Sprintf("fetch %s from https://www.cs.toronto.edu/~kriz/cifar.html and run `zoo data import %s %s`, or name the folder it lies in in GANZOO_DATA",
		cifarArchive, cifarArchive, s.name)
	dir := o.byHand()
	if dir == "" {
		return nil, fault.New(fault.Data, s.title+" are not fetched from the network", "", mend)
	}
	for _, place := range []string{dir, filepath.Join(dir, cifarFolder), filepath.Join(dir, s.name), filepath.Join(dir, cifarArchive)} {
		if isCIFAR(place) {
			return s.importFrom(ctx, c, place, o)
		}
	}
	return nil, fault.New(fault.Data, "no batches of CIFAR-10 in the folder", dir, mend)
}

// importFrom takes the dataset from a folder or an archive and nowhere else.
func (s *cifarDataset) importFrom(ctx context.Context, c cache, place string, o *Options) (*manifest, error) {
	return s.build(ctx, c, s.name, s.name, place, o)
}

// resolvePath makes a dataset of a folder or an archive with batches, under its
// own path.
func (s *cifarDataset) resolvePath(ctx context.Context, c cache, place string, o *Options) (*manifest, error) {
	place, err := filepath.Abs(place)
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "cannot read the dataset", place, fault.ToRead(err))
	}
	return s.build(ctx, c, folderKey(place, "cifar-10"), place, place, o)
}

// build makes the arrays under a key of the cache, from batches that are taken to
// be the same as long as their sizes and times are.
func (s *cifarDataset) build(ctx context.Context, c cache, key, name, place string, o *Options) (*manifest, error) {
	r := newRecipe("cifar-10")
	for _, file := range cifarParts(place) {
		if info, err := os.Stat(file); err == nil {
			r.add(filepath.Base(file), fmt.Append(nil, info.Size(), info.ModTime().UnixNano()))
		}
	}
	return c.get(ctx, key, r.String(), o, func(ctx context.Context, d *draft) error {
		batches, err := s.read(ctx, place, o)
		if err != nil {
			return err
		}
		d.Origin, d.Classes = place, cifarClasses
		d.Dataset = Dataset{Name: name, Kind: Images, Shape: s.info().Shape, Count: s.info().Count, Classes: len(cifarClasses)}
		if d.Dataset.TrainX, d.Dataset.TrainY, err = addCIFAR(ctx, d, "train", batches, cifarTrain); err != nil {
			return err
		}
		d.Dataset.TestX, d.Dataset.TestY, err = addCIFAR(ctx, d, "test", batches, []string{cifarTest})
		return err
	})
}

// isCIFAR reports whether a path is a folder with batches, or an archive that may
// have some.
func isCIFAR(place string) bool {
	info, err := os.Stat(place)
	switch {
	case err != nil:
		return false
	case !info.IsDir():
		return isArchive(place)
	}
	return slices.ContainsFunc(cifarParts(place), func(file string) bool {
		_, err := os.Stat(file)
		return err == nil
	})
}

func isArchive(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz") || strings.HasSuffix(name, ".tar")
}

// cifarParts lists the files that make up a folder of batches, or an archive.
func cifarParts(place string) []string {
	if isArchive(place) {
		return []string{place}
	}
	var files []string
	for _, name := range cifarFiles {
		files = append(files, filepath.Join(place, name))
	}
	return files
}

// read returns the six batches by name, each checked.
func (s *cifarDataset) read(ctx context.Context, place string, o *Options) (map[string][]byte, error) {
	batches := map[string][]byte{}
	take := func(name string, r io.Reader) error {
		want := int64(s.records) * cifarRecord
		b, err := io.ReadAll(io.LimitReader(&cancelable{r, ctx}, want+1)) // a longer one is refused below
		if ctx.Err() != nil {
			return canceled(ctx, "stopped while reading "+s.title)
		}
		if err != nil {
			return fault.Wrap(fault.Data, err, "cannot read "+name, place, "fetch or copy it again")
		}
		if err := checkCIFAR(b, filepath.Join(place, name), s.records); err != nil {
			return err
		}
		batches[name] = b
		o.progress(Progress{Dataset: s.name, Origin: place, Unit: "bytes", Done: int64(len(batches)) * want, Total: int64(len(cifarFiles)) * want})
		return nil
	}
	walk := walkFolder
	if isArchive(place) {
		walk = walkArchive
	}
	if err := walk(place, take); err != nil {
		return nil, err
	}
	var missing []string
	for _, name := range cifarFiles {
		if batches[name] == nil {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.Data, "CIFAR-10 is not complete: there is no "+strings.Join(missing, ", "), place,
			fmt.Sprintf("%s has all six batches; of a set of pictures name a folder with a sub-folder for each class", cifarArchive))
	}
	return batches, nil
}

// walkFolder hands over the batches of a folder.
func walkFolder(place string, take func(name string, r io.Reader) error) error {
	for _, name := range cifarFiles {
		f, err := os.Open(filepath.Join(place, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return fault.Wrap(fault.Data, err, "cannot read "+name, place, fault.ToRead(err))
		}
		err = take(name, f)
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// walkArchive hands over the batches of a tar file, gzipped or not, whatever
// folder they are in.
func walkArchive(place string, take func(name string, r io.Reader) error) error {
	f, err := os.Open(place)
	if err != nil {
		return fault.Wrap(fault.Data, err, "cannot read the archive", place, fault.ToRead(err))
	}
	defer f.Close()
	damaged := func(err error) error {
		return fault.Wrap(fault.Data, err, "the archive is damaged", place, "fetch or copy it again")
	}
	r, err := maybeGzip(f)
	if err != nil {
		return damaged(err)
	}
	for files := tar.NewReader(r); ; {
		header, err := files.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		name := path.Base(header.Name)
		if header.Typeflag == tar.TypeReg && slices.Contains(cifarFiles, name) {
			if err := take(name, files); err != nil {
				return err
			}
		}
	}
}

// checkCIFAR refuses a batch that does not have the given number of records, or
// names a class that there is not.
func checkCIFAR(b []byte, name string, records int) error {
	if len(b) != records*cifarRecord {
		size := fmt.Sprint(len(b))
		if len(b) > records*cifarRecord {
			size = "more"
		}
		return fault.New(fault.Data, fmt.Sprintf("a batch has %d records of %d bytes, %d in all, and this file has %s", records, cifarRecord, records*cifarRecord, size),
			name, "unpack "+cifarArchive+" again: the versions for Python and Matlab are other formats")
	}
	for i := range records {
		if label := b[i*cifarRecord]; int(label) >= len(cifarClasses) {
			return fault.New(fault.Data, fmt.Sprintf("record %d is of class %d, and there are 0 to %d", i, label, len(cifarClasses)-1), name, "unpack "+cifarArchive+" again")
		}
	}
	return nil
}

// addCIFAR writes the images and labels of checked batches, one after the other.
func addCIFAR(ctx context.Context, d *draft, part string, batches map[string][]byte, names []string) (x, y string, err error) {
	var labels []int64
	for _, name := range names {
		for record := range slices.Chunk(batches[name], cifarRecord) {
			labels = append(labels, int64(record[0]))
		}
	}
	images := func(yield func([]byte) bool) {
		for _, name := range names {
			for record := range slices.Chunk(batches[name], cifarRecord) {
				if !yield(record[1:]) {
					return
				}
			}
		}
	}
	x, err = d.addRows(ctx, part+"-x.npy", []int{len(labels), 3, cifarSide, cifarSide}, images)
	if err != nil {
		return "", "", err
	}
	y, err = addArray(d, part+"-y.npy", []int{len(labels)}, labels)
	return x, y, err
}
