package onnxfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// foreignError reports a file of another kind.
type foreignError struct {
	kind string // "" where nothing tells
	mend string
}

func (e *foreignError) Error() string {
	if e.kind == "" {
		return "it is no ONNX model"
	}
	return "it is no ONNX model, but " + e.kind
}

// Mend says what to give in the place of a file that Decode has found to be no ONNX
// model; "" for any other error.
func Mend(err error) string {
	var e *foreignError
	if !errors.As(err, &e) {
		return ""
	}
	if e.mend != "" {
		return e.mend
	}
	return "give the .onnx file that `zoo export`, or another framework's exporter, has written"
}

const exportFirst = "write the network it belongs to as ONNX first: torch.onnx.export, tf2onnx; `zoo export` for a run of the zoo"

// kinds are what is mistaken for models, by the bytes at an offset that tell it. A
// weight file's first eight bytes are a length that tells nothing.
var kinds = []struct {
	offset     int
	magic      string
	kind, mend string
}{
	{0, "\x89PNG\r\n", "a PNG image", ""},
	{0, "\xff\xd8\xff", "a JPEG image", ""},
	{0, "GIF8", "a GIF image", ""},
	{0, "%PDF-", "a PDF", ""},
	{0, "PK\x03\x04", "a zip archive, as .npz and PyTorch's .pt are", exportFirst},
	{0, "\x1f\x8b", "a gzip archive", "unpack it first"},
	{0, "BZh", "a bzip2 archive", "unpack it first"},
	{0, "\xfd7zXZ\x00", "an xz archive", "unpack it first"},
	{0, "\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"},
	{257, "ustar", "a tar archive", "unpack it first"},
	{0, "\x93NUMPY", "a NumPy array", ""},
	{0, "\x80\x02", "a Python pickle, as older .pt files are", exportFirst},
	{0, "\x80\x04", "a Python pickle", exportFirst},
	{0, "\x89HDF\r\n", "an HDF5 file, as Keras writes them", exportFirst},
	{0, "GGUF", "a GGUF file", exportFirst},
	{4, "TFL3", "a TensorFlow Lite model", exportFirst},
	{8, "{\"", "a safetensors file", exportFirst},
	{0, "\x7fELF", "a program", ""},
	{0, "MZ", "a program", ""},
}

// foreign tells what content is that cannot be scanned because of err; it returns
// err where the content begins as a model does and is only damaged.
func foreign(content []byte, err error) error {
	for _, k := range kinds {
		if len(content) >= k.offset && bytes.HasPrefix(content[k.offset:], []byte(k.magic)) {
			return &foreignError{k.kind, k.mend}
		}
	}
	switch begins := beginsAsModel(content); {
	case isText(content) && begins: // either may be by chance
		return fmt.Errorf("%w: %w", &foreignError{kind: "text"}, err)
	case isText(content):
		return &foreignError{kind: "text"}
	case !begins:
		return &foreignError{}
	}
	return err
}

// beginsAsModel reports whether the first field is one of ONNX's.
func beginsAsModel(content []byte) bool {
	model := (&pb.ModelProto{}).ProtoReflect().Descriptor()
	number, _, n := protowire.ConsumeTag(content)
	return n > 0 && (model.Fields().ByNumber(number) != nil || foreignName(model, number) != unknownField)
}

// textBytes is how much of a file is looked at: what a model tells of itself before
// its first number takes less.
const textBytes = 512

// isText reports whether a file begins as none of protobuf's can: it writes fields
// and lengths with the bytes that text has no use for.
func isText(content []byte) bool {
	begin := content[:min(len(content), textBytes)]
	return len(begin) > 0 && !slices.ContainsFunc(begin, func(b byte) bool { return b < ' ' && b != '\t' && b != '\n' && b != '\r' || b == 0x7f })
}
