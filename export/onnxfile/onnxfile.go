// Package onnxfile decodes ONNX files of strangers in bounded memory. Both readers
// of them, onnxrun and verify, begin here.
//
//   - scan.go: walks the bytes before anything is made of them;
//   - memory.go: how much a file may take.
package onnxfile

import (
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// Decode reads a model whose messages, with an array made of each tensor, take at
// most limit bytes, and returns how many they take at most. The error names the
// field that is wrong.
func Decode(content []byte, limit int) (m *pb.ModelProto, memory int, err error) {
	if memory, err = scan(content, limit); err != nil {
		if isText(content) {
			err = fmt.Errorf("it is no ONNX file, but text: %w", err)
		}
		return nil, 0, err
	}
	m = &pb.ModelProto{}
	if err := (proto.UnmarshalOptions{RecursionLimit: 2 * maxDepth}).Unmarshal(content, m); err != nil {
		return nil, 0, fmt.Errorf("it is not an ONNX file: %w", err)
	}
	return m, memory, nil
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
