// Package onnxfile decodes ONNX files of strangers in bounded memory. Both readers
// of them, onnxrun and verify, begin here.
//
//   - scan.go: walks the bytes before anything is made of them;
//   - foreign.go: what a file is that is no model;
//   - memory.go: how much a file may take.
package onnxfile

import (
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// Decode reads a model whose messages, with an array made of each tensor, take at
// most limit bytes, and returns how many they take at most. The error names the
// field that is wrong, or says that the file is something else; Mend then says what
// to do.
func Decode(content []byte, limit int) (m *pb.ModelProto, memory int, err error) {
	if len(content) == 0 { // to protobuf it is a model without anything
		return nil, 0, &foreignError{kind: "an empty file"}
	}
	if memory, err = scan(content, limit); err != nil {
		return nil, 0, foreign(content, err)
	}
	m = &pb.ModelProto{}
	if err := (proto.UnmarshalOptions{RecursionLimit: 2 * maxDepth}).Unmarshal(content, m); err != nil {
		return nil, 0, fmt.Errorf("it is not an ONNX file: %w", err)
	}
	return m, memory, nil
}
