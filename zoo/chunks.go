package zoo

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

const (
	// chunkSize is the payload of one message: small enough for any peer's
	// default limit of 4 MiB, large enough that framing costs nothing.
	chunkSize = 1 << 20
	// MaxMessage is what both sides accept in one message. Only a description
	// or an event can come near it.
	MaxMessage = 16 << 20
	// maxElements bounds a tensor on the wire: 2 GiB of float32.
	maxElements = 1 << 29
	maxRank     = 8
)

// sendTensor cuts a tensor into chunks, the first of which gives the shape.
func sendTensor(t *tensor.Tensor, send func(*zoopb.TensorChunk) error) error {
	if len(t.Data) != t.Shape.Size() {
		return fault.New(fault.Internal, fmt.Sprintf("a tensor of shape %v has %d values", t.Shape, len(t.Data)), "", "")
	}
	chunk := &zoopb.TensorChunk{Shape: mapSlice(t.Shape, toInt64)}
	for rest := t.Data; ; {
		n := min(len(rest), chunkSize/4)
		// A new slice for each message: gRPC may still hold the last one.
		chunk.Data = make([]byte, 0, 4*n)
		for _, v := range rest[:n] {
			chunk.Data = binary.LittleEndian.AppendUint32(chunk.Data, math.Float32bits(v))
		}
		if err := send(chunk); err != nil {
			return err
		}
		if rest = rest[n:]; len(rest) == 0 {
			return nil
		}
		chunk = &zoopb.TensorChunk{}
	}
}

// receiveTensor puts the chunks of one tensor together. What the first chunk
// claims is checked before it is believed, and memory grows with the data that
// came, not with the claim.
func receiveTensor(receive func() (*zoopb.TensorChunk, error)) (*tensor.Tensor, error) {
	first, err := receive()
	if err != nil {
		return nil, err
	}
	size, err := checkShape(first.GetShape())
	if err != nil {
		return nil, err
	}
	data := make([]float32, 0, min(size, 16*chunkSize))
	for chunk := first; ; {
		raw := chunk.GetData()
		if len(raw)%4 != 0 || len(data)+len(raw)/4 > size {
			return nil, broken(fmt.Sprintf("a tensor's chunk of %d bytes does not fit its shape %v", len(raw), first.GetShape()))
		}
		for ; len(raw) > 0; raw = raw[4:] {
			data = append(data, math.Float32frombits(binary.LittleEndian.Uint32(raw)))
		}
		if len(data) == size {
			return tensor.Of(data, mapSlice(first.GetShape(), toInt)...), nil
		}
		if chunk, err = receive(); err != nil {
			return nil, err
		}
		if len(chunk.GetShape()) != 0 || len(chunk.GetData()) == 0 {
			return nil, broken("a tensor ended before its shape was filled")
		}
	}
}

func checkShape(shape []int64) (size int, err error) {
	if len(shape) > maxRank {
		return 0, broken(fmt.Sprintf("a tensor of rank %d is over the limit of %d", len(shape), maxRank))
	}
	n := int64(1)
	for _, d := range shape {
		if d < 0 || d > maxElements || n*d > maxElements {
			return 0, broken(fmt.Sprintf("a tensor of shape %v is over the limit of %d values", shape, maxElements))
		}
		n *= d
	}
	return int(n), nil
}

// broken is the error for a peer that does not keep to the contract.
func broken(what string) error {
	return fault.New(fault.Plugin, "the plugin breaks the contract: "+what, "", "report it to the plugin's author")
}
