package classifier

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/nn/checkpoint"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// stripes is a dataset of two classes, horizontal and vertical stripes of 8×8,
// with noise.
func stripes(t *testing.T, count int) data.Dataset {
	t.Helper()
	dir := t.TempDir()
	d := data.Dataset{Name: "stripes", Kind: data.Images, Shape: []int{1, 8, 8}, Count: count, Classes: 2}
	for i, part := range []struct{ x, y *string }{{&d.TrainX, &d.TrainY}, {&d.TestX, &d.TestY}} {
		images, labels := make([]uint8, count*64), make([]int64, count)
		noise := make([]float32, len(images))
		tensor.NewStream(5, "noise", uint64(i)).Uniform(noise, 0, 60)
		for k := range images {
			row, column, example := k/8%8, k%8, k/64
			line := row
			if labels[example] = int64(example % 2); example%2 == 1 {
				line = column
			}
			images[k] = uint8(noise[k]) + uint8(line/2%2*180)
		}
		*part.x, *part.y = filepath.Join(dir, string(rune('a'+i))+"x.npy"), filepath.Join(dir, string(rune('a'+i))+"y.npy")
		if err := npy.WriteFile(*part.x, []int{count, 1, 8, 8}, images); err != nil {
			t.Fatal(err)
		}
		if err := npy.WriteFile(*part.y, []int{count}, labels); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestTrainingLearnsAndRepeats(t *testing.T) {
	d := stripes(t, 512)
	var files [][]byte
	for _, threads := range []int{1, 2} {
		pool := kernel.NewPool(threads)
		defer pool.Close()
		epochs := 0
		c, err := Train(context.Background(), d, Options{Epochs: 4, Seed: 3}, pool, func(p Progress) { epochs = p.Epoch })
		if err != nil {
			t.Fatal(err)
		}
		if c.Accuracy < 0.99 || epochs != 4 {
			t.Errorf("%d threads: accuracy %v after %d epochs", threads, c.Accuracy, epochs)
		}
		path := filepath.Join(t.TempDir(), "c.safetensors")
		if err := c.Write(path); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, content)
		again, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if accuracy, err := again.Test(context.Background(), d, nil); err != nil || accuracy != c.Accuracy {
			t.Errorf("read back: accuracy %v, %v, want %v", accuracy, err, c.Accuracy)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("one thread and two give different bytes")
	}
}

func TestTrainRefuses(t *testing.T) {
	d := stripes(t, 8)
	unlabelled, points := d, d
	unlabelled.TrainY = ""
	points.Kind = data.Points
	for name, d := range map[string]data.Dataset{"unlabelled": unlabelled, "points": points} {
		if _, err := Train(context.Background(), d, Options{Epochs: 1}, nil, nil); fault.KindOf(err) != fault.Data {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Train(ctx, d, Options{Epochs: 1}, nil, nil); fault.KindOf(err) != fault.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}

func TestShift(t *testing.T) {
	shape := tensor.Shape{2, 3, 4}
	s := newShifter(shape, 1)
	image := make([]float32, shape.Size())
	for i := range image {
		image[i] = float32(i)
	}
	for dy := -maxShift; dy <= maxShift; dy++ {
		for dx := -maxShift; dx <= maxShift; dx++ {
			copy(s.source, image)
			got := slices.Repeat([]float32{-1}, len(image))
			s.move(got, dy, dx)
			for i, v := range got {
				c, y, x := i/12, i/4%3-dy, i%4-dx
				want := float32(-1)
				if y >= 0 && y < 3 && x >= 0 && x < 4 {
					want = float32(c*12 + y*4 + x)
				}
				if v != want {
					t.Fatalf("by %d, %d: element %d is %v, want %v", dy, dx, i, v, want)
				}
			}
		}
	}
}

func TestExtract(t *testing.T) {
	c, err := Builtin("mnist")
	if err != nil {
		t.Fatal(err)
	}
	const n = extractBatch + 3 // the last batch is short
	images := tensor.New(n, 1, 28, 28)
	tensor.NewStream(1, "images", 0).Uniform(images.Data, -1, 1)
	whole, err := c.Extract(context.Background(), nil, images)
	if err != nil {
		t.Fatal(err)
	}
	if !whole.Vectors.Shape.Equal(tensor.Shape{n, featureCount}) || !whole.Probabilities.Shape.Equal(tensor.Shape{n, 10}) {
		t.Fatalf("features %v, probabilities %v", whole.Vectors.Shape, whole.Probabilities.Shape)
	}
	for i := range n {
		sum := 0.0
		for _, p := range whole.Probabilities.Data[i*10:][:10] {
			sum += float64(p)
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Fatalf("the probabilities of image %d add up to %v", i, sum)
		}
	}
	// No image sees another: the last alone has the same features.
	last, err := c.Extract(context.Background(), nil, tensor.Of(images.Data[(n-1)*784:], 1, 1, 28, 28))
	if err != nil || !slices.Equal(last.Vectors.Data, whole.Vectors.Data[(n-1)*featureCount:]) {
		t.Errorf("the last image alone is seen differently (%v)", err)
	}
	if _, err := c.Extract(context.Background(), nil, tensor.New(2, 3, 28, 28)); fault.KindOf(err) != fault.Data {
		t.Errorf("images in colour: %v", err)
	}
}

func TestChannels(t *testing.T) {
	c, err := Builtin("mnist")
	if err != nil {
		t.Fatal(err)
	}
	grey := tensor.New(6, 1, 28, 28)
	tensor.NewStream(2, "images", 0).Uniform(grey.Data, -1, 1)
	seen, err := c.Extract(context.Background(), nil, grey)
	if err != nil {
		t.Fatal(err)
	}
	// Six images of one channel are two of three.
	got, err := c.Channels(context.Background(), nil, tensor.Of(grey.Data, 2, 3, 28, 28))
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %v", got, err)
	}
	for i, want := range metrics.ArgMax(seen.Probabilities) {
		if got[i%3][i/3] != want {
			t.Errorf("channel %d of image %d is %d, want %d", i%3, i/3, got[i%3][i/3], want)
		}
	}
	if _, err := c.Channels(context.Background(), nil, tensor.New(2, 2)); fault.KindOf(err) != fault.Data {
		t.Errorf("no images: %v", err)
	}
}

// TestBuiltinAccuracy is for machines that have the data.
func TestBuiltinAccuracy(t *testing.T) {
	if testing.Short() {
		t.Skip("looks at 10,000 images a classifier")
	}
	least := map[string]float64{"mnist": 0.9925, "fashion-mnist": 0.91}
	list, err := data.List()
	if err != nil {
		t.Skip(err)
	}
	for _, info := range list {
		if least[info.Name] == 0 {
			continue
		}
		t.Run(info.Name, func(t *testing.T) {
			if !info.Cached {
				t.Skip("not in the cache")
			}
			d, err := data.Resolve(context.Background(), info.Name, data.Options{})
			if err != nil {
				t.Fatal(err)
			}
			c, err := Builtin(info.Name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Test(context.Background(), d, nil)
			if err != nil || got < least[info.Name] || math.Abs(got-c.Accuracy) > 1e-3 {
				t.Errorf("accuracy %v (%v), its file says %v, and %v is promised", got, err, c.Accuracy, least[info.Name])
			}
		})
	}
}

func TestBuiltinNames(t *testing.T) {
	if got := Names(); !slices.Equal(got, []string{"fashion-mnist", "mnist"}) {
		t.Errorf("classifiers %v", got)
	}
	if _, err := Builtin("mnits"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("unknown name: %v", err)
	}
}

// FuzzRestore: whatever a file says of itself, it makes a classifier or an error.
func FuzzRestore(f *testing.F) {
	f.Add(`{"data":"x","in":[1,8,8],"classes":2}`)
	f.Add(`{"in":[1,1,1],"classes":2}`)
	f.Add(`{"in":[0,-1,8],"classes":-2}`)
	f.Add(`{"in":[1,8],"classes":1e9}`)
	f.Fuzz(func(t *testing.T, about string) {
		file := &checkpoint.File{Metadata: map[string]string{keyKind: fileKind, keyDescription: about}}
		if _, err := restore(file, "file"); fault.KindOf(err) != fault.Checkpoint {
			t.Errorf("%q without arrays: %v", about, err)
		}
	})
}
