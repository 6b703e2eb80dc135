package onnxfile_test

import (
	"bytes"
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
	const text = "it is no ONNX file, but text"
	for _, tt := range []struct {
		name, words string
		content     []byte
		isText      bool
	}{
		{"prose", text, []byte("the quick brown fox\njumps over the lazy dog\n"), true},
		{"a web page", text, []byte("<!DOCTYPE html>\r\n<html>404</html>"), true},
		{"a pointer to a large file", text, []byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\n"), true},
		{"JSON", text, []byte(`{"ir_version": 7}`), true},
		{"other letters", text, []byte("größer als gedacht"), true},
		{"a PNG", "model", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), false},
		{"a model cut short", "cut short", model[:len(model)-1], false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := onnxfile.Decode(tt.content, 1<<20)
			if err == nil || !strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), text) != tt.isText {
				t.Errorf("got %v", err)
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
