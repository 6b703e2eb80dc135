package onnxfile_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/ganzoo/ganzoo/export/onnxfile"
	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

func TestDecode(t *testing.T) {
	model, err := proto.Marshal(&pb.ModelProto{IrVersion: 7, DocString: strings.Repeat("text ", 1000), Graph: &pb.GraphProto{Name: "g"}})
	if err != nil {
		t.Fatal(err)
	}
	const (
		text   = "it is no ONNX model, but text"
		choose = "give the .onnx file"
		write  = "as ONNX first"
	)
	tar := slices.Concat([]byte("weights.bin"), make([]byte, 246), []byte("ustar"))
	for _, tt := range []struct {
		name, words, mend string
		content           []byte
	}{
		{"nothing", "but an empty file", choose, nil},
		{"prose", text, choose, []byte("the quick brown fox\njumps over the lazy dog\n")},
		{"a web page", text, choose, []byte("<!DOCTYPE html>\r\n<html>404</html>")},
		{"a pointer to a large file", text, choose, []byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\n")},
		{"JSON", text, choose, []byte(`{"ir_version": 7}`)},
		{"other letters", text, choose, []byte("größer als gedacht")},
		{"a picture", "it is no ONNX model, but a PNG image", choose, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")},
		{"a photograph", "but a JPEG image", choose, []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00")},
		{"arrays", "but a zip archive, as .npz", write, []byte("PK\x03\x04\x14\x00\x00\x00arr_0.npy")},
		{"an array", "but a NumPy array", choose, []byte("\x93NUMPY\x01\x00v\x00{'descr'")},
		{"weights", "but a safetensors file", write, []byte("\x40\x00\x00\x00\x00\x00\x00\x00{\"weight\":{}}")},
		{"weights, whose length looks like an IR version", "but a safetensors file", write, []byte("\x08\x01\x00\x00\x00\x00\x00\x00{\"weight\":{}}")},
		{"a pickle", "but a Python pickle", write, []byte("\x80\x02}q\x00X")},
		{"packed", "but a gzip archive", "unpack", []byte("\x1f\x8b\x08\x00\x00\x00")},
		{"packed twice", "but a tar archive", "unpack", tar},
		{"noise", "it is no ONNX model", choose, []byte{0xf3, 0x9c, 0x01, 0xe8, 0x77, 0x02, 0xb1}},
		{"a model with a field of the wrong type", "ir_version has wire type 2", "", []byte{1<<3 | 2, 3, 0, 1, 2}},
		{"a model cut short", "cut short", "", model[:len(model)-1]},
		{"a model of functions", "functions", "", []byte{25<<3&0x7f | 2 | 0x80, 1, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := onnxfile.Decode(tt.content, 1<<20)
			if err == nil || !strings.Contains(err.Error(), tt.words) || tt.mend != "" && strings.Contains(err.Error(), "field") {
				t.Errorf("got %v", err)
			}
			if mend := onnxfile.Mend(err); !strings.Contains(mend, tt.mend) || (mend == "") != (tt.mend == "") {
				t.Errorf("its mend is %q; want %q", mend, tt.mend)
			}
		})
	}
	m, memory, err := onnxfile.Decode(model, 1<<20)
	if err != nil || m.GetGraph().GetName() != "g" || memory < len(model) {
		t.Errorf("got %v, %d bytes, %v", m, memory, err)
	}
	if _, _, err := onnxfile.Decode(bytes.Repeat([]byte{7<<3 | 2, 0}, 1000), 100_000); err == nil || !strings.Contains(err.Error(), "decoding it would take more") {
		t.Errorf("a thousand graphs: got %v", err)
	}
}
