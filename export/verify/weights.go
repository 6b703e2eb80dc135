package verify

import (
	"fmt"
	"runtime"

	"github.com/owulveryck/onnx-go"
	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/tensor"
)

// pieceBytes is how much of a weight onnx-go reads at a time: it gathers numbers in
// lists that grow, which come to several times what they hold.
const pieceBytes = 1 << 20

// collectBytes is after how many bytes of pieces what they have left behind is
// collected: left alone, the heap would grow to twice what is in use.
const collectBytes = 4 << 20

// weight is a large initialiser, whose numbers have been taken out of the model.
type weight struct {
	dims []int64
	raw  []byte
}

// setAside takes the numbers of float32 initialisers above pieceBytes out of a
// checked model, by name. Each keeps its place, as one number.
func setAside(g *pb.GraphProto) map[string]*weight {
	large := map[string]*weight{}
	for _, t := range g.GetInitializer() {
		if t.GetDataType() == int32(pb.TensorProto_FLOAT) && len(t.GetRawData()) > pieceBytes {
			large[t.GetName()] = &weight{t.Dims, t.RawData}
			t.Dims, t.RawData = []int64{1}, make([]byte, float32Bytes)
		}
	}
	return large
}

// decodeWeights has onnx-go read the weights in pieces.
func decodeWeights(large map[string]*weight) (map[string]*tensor.Tensor, error) {
	decoded, since := map[string]*tensor.Tensor{}, 0
	for name, w := range large {
		var shape tensor.Shape
		for _, d := range w.dims {
			shape = append(shape, int(d))
		}
		t := tensor.New(shape...)
		for at := 0; at < len(t.Data); at += pieceBytes / float32Bytes {
			end := min(at+pieceBytes/float32Bytes, len(t.Data))
			if err := decodePiece(t.Data[at:end], w.raw[at*float32Bytes:end*float32Bytes]); err != nil {
				return nil, fmt.Errorf("initialiser %q: %w", name, err)
			}
			if since += pieceBytes; since >= collectBytes {
				runtime.GC()
				since = 0
			}
		}
		w.raw = nil
		decoded[name] = t
	}
	return decoded, nil
}

func decodePiece(to []float32, raw []byte) error {
	content, err := proto.Marshal(&pb.TensorProto{Dims: []int64{int64(len(to))}, DataType: int32(pb.TensorProto_FLOAT), RawData: raw})
	if err != nil {
		return err
	}
	piece, err := onnx.NewTensor(content)
	if err != nil {
		return fmt.Errorf("onnx-go cannot read it: %w", err)
	}
	data, ok := piece.Data().([]float32)
	if !ok || len(data) != len(to) {
		return fmt.Errorf("onnx-go reads other numbers than %d of float32", len(to))
	}
	copy(to, data)
	return nil
}
