package zoo

import (
	"errors"
	"io"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

// collect sends a tensor into a list.
func collect(t testing.TB, x *tensor.Tensor) (chunks []*zoopb.TensorChunk) {
	t.Helper()
	if err := sendTensor(x, func(c *zoopb.TensorChunk) error { chunks = append(chunks, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return chunks
}

// replay receives a tensor from a list.
func replay(chunks []*zoopb.TensorChunk) (*tensor.Tensor, error) {
	return receiveTensor(func() (*zoopb.TensorChunk, error) {
		if len(chunks) == 0 {
			return nil, io.EOF
		}
		c := chunks[0]
		chunks = chunks[1:]
		return c, nil
	})
}

func TestTensorInChunks(t *testing.T) {
	for _, shape := range [][]int{{}, {0}, {3, 0, 2}, {1}, {7, 5}, {chunkSize / 4}, {chunkSize/4 + 1}, {3, 1000, 333}} {
		x := tensor.New(shape...)
		for i := range x.Data {
			x.Data[i] = float32(i) - .5
		}
		chunks := collect(t, x)
		for _, c := range chunks {
			if n := proto.Size(c); n > chunkSize+64 {
				t.Errorf("a chunk of %v has %d bytes", x.Shape, n)
			}
		}
		got, err := replay(chunks)
		if err != nil {
			t.Fatalf("%v: %v", x.Shape, err)
		}
		if !got.Shape.Equal(x.Shape) || !slices.Equal(got.Data, x.Data) {
			t.Errorf("%v came back as %v with other data", x.Shape, got.Shape)
		}
	}
}

func TestTensorThatLies(t *testing.T) {
	four := make([]byte, 4)
	for name, chunks := range map[string][]*zoopb.TensorChunk{
		"huge":             {{Shape: []int64{1 << 40}, Data: four}},
		"overflowing":      {{Shape: []int64{1 << 29, 1 << 29, 1 << 29}, Data: four}},
		"negative":         {{Shape: []int64{-1}, Data: four}},
		"deep":             {{Shape: make([]int64, 9)}},
		"not whole values": {{Shape: []int64{2}, Data: make([]byte, 6)}},
		"too much":         {{Shape: []int64{1}, Data: make([]byte, 8)}},
		"too much later":   {{Shape: []int64{3}, Data: four}, {Data: make([]byte, 12)}},
		"empty chunk":      {{Shape: []int64{3}, Data: four}, {}},
		"second shape":     {{Shape: []int64{3}, Data: four}, {Shape: []int64{3}, Data: four}},
	} {
		if _, err := replay(chunks); fault.KindOf(err) != fault.Plugin {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := replay([]*zoopb.TensorChunk{{Shape: []int64{1 << 29}, Data: four}}); !errors.Is(err, io.EOF) {
		t.Errorf("cut short: got %v", err)
	}
	if err := sendTensor(&tensor.Tensor{Shape: tensor.Shape{3}, Data: make([]float32, 2)}, nil); err == nil {
		t.Error("a tensor that does not fill its shape was sent")
	}
}

func FuzzReceiveTensor(f *testing.F) {
	f.Add(int64(2), int64(3), make([]byte, 24), make([]byte, 0))
	f.Add(int64(1<<40), int64(1<<40), []byte{1}, []byte{2})
	f.Add(int64(-1), int64(2), make([]byte, 4), make([]byte, 4))
	f.Fuzz(func(t *testing.T, rows, columns int64, first, second []byte) {
		x, err := replay([]*zoopb.TensorChunk{{Shape: []int64{rows, columns}, Data: first}, {Data: second}})
		if err == nil && len(x.Data) != x.Shape.Size() {
			t.Errorf("%d values for %v", len(x.Data), x.Shape)
		}
	})
}
