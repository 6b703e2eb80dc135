// Package onnxpb is the ONNX file format as far as this project needs it:
// onnx.proto and the code generated from it. Package export writes these
// messages, package verify checks a file with them.
package onnxpb

//go:generate go -C ../../internal/_protogen run . export/onnxpb
