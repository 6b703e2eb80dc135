package onnxfile

import (
	"cmp"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// scan walks the wire form of a model without decoding it. It finds, with the
// path of the field, what is cut short, of the wrong wire type, nested too deep or
// not part of the ONNX that is supported, and refuses what would take more memory
// to decode than limit: two bytes may stand for an object of two hundred. It
// returns the bytes that decoding takes at most.
func scan(content []byte, limit int) (memory int, err error) {
	s := scanner{limit: limit}
	err = s.message((&pb.ModelProto{}).ProtoReflect().Descriptor(), content)
	return s.memory, err
}

// maxDepth is more than the deepest message of a model without subgraphs: model,
// graph, node, attribute, tensor.
const maxDepth = 12

// objectBytes is what a decoded message takes at most, beside what its fields
// point at, with the slot that points at it in a slice that grows by doubling.
const objectBytes = 320

type scanner struct {
	path          []step // of the field at hand
	memory, limit int
}

// step is a field on the way to another.
type step struct {
	field protoreflect.FieldDescriptor
	index int // in a list
}

// fail puts the path before an error: model.graph.node[3].attribute[0]: ….
func (s *scanner) fail(format string, args ...any) error {
	var b strings.Builder
	b.WriteString("model")
	for _, p := range s.path {
		fmt.Fprintf(&b, ".%s", p.field.Name())
		if p.field.IsList() {
			fmt.Fprintf(&b, "[%d]", p.index)
		}
	}
	return fmt.Errorf("%s %w", b.String(), fmt.Errorf(format, args...))
}

// take counts memory.
func (s *scanner) take(bytes int) error {
	if s.memory += bytes; s.memory > s.limit {
		return fmt.Errorf("decoding it would take more than the %s that a file of its size may take", Mebibytes(s.limit))
	}
	return nil
}

func (s *scanner) message(m protoreflect.MessageDescriptor, b []byte) error {
	if len(s.path) > maxDepth {
		return s.fail("is nested too deep")
	}
	if err := s.take(objectBytes); err != nil {
		return err
	}
	var counts [32]int // of the entries of each list; ONNX's field numbers are small
	for len(b) > 0 {
		number, wire, n := protowire.ConsumeTag(b)
		if n < 0 {
			return s.fail("is cut short or no protobuf message: %w", protowire.ParseError(n))
		}
		b = b[n:]
		f := m.Fields().ByNumber(number)
		if f == nil {
			if !harmless[foreignField(m, number)] {
				return s.fail("has field %d (%s), a part of ONNX that is not supported", number, foreignName(m, number))
			}
			if n = protowire.ConsumeFieldValue(number, wire, b); n < 0 {
				return s.fail("is cut short: %w", protowire.ParseError(n))
			}
			b = b[n:]
			if err := s.take(2 * n); err != nil {
				return err
			}
			continue
		}
		at := &counts[int(number)%len(counts)]
		s.path = append(s.path, step{f, *at})
		*at++
		n, err := s.field(f, wire, b)
		if err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
		b = b[n:]
	}
	return nil
}

// field looks at one value and returns its length.
func (s *scanner) field(f protoreflect.FieldDescriptor, wire protowire.Type, b []byte) (int, error) {
	want := wireOf(f.Kind())
	if wire == protowire.BytesType && (want == wire || f.IsList()) {
		body, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return 0, s.fail("is cut short: %w", protowire.ParseError(n))
		}
		return n, s.body(f, body)
	}
	if wire != want {
		return 0, s.fail("has wire type %d; want %d", wire, want)
	}
	n := protowire.ConsumeFieldValue(f.Number(), wire, b)
	if n < 0 {
		return 0, s.fail("is cut short: %w", protowire.ParseError(n))
	}
	return n, s.take(16) // an element of a growing slice, or an optional's own word
}

// body looks into a field with a length.
func (s *scanner) body(f protoreflect.FieldDescriptor, body []byte) error {
	switch f.Kind() {
	case protoreflect.MessageKind:
		return s.message(f.Message(), body)
	case protoreflect.BytesKind, protoreflect.StringKind:
		return s.take(len(body) + 32)
	}
	if wireOf(f.Kind()) != protowire.VarintType {
		return s.take(len(body)) // packed numbers of a fixed length
	}
	count := 0
	for len(body) > 0 {
		_, n := protowire.ConsumeVarint(body)
		if n < 0 {
			return s.fail("is cut short: %w", protowire.ParseError(n))
		}
		body = body[n:]
		count++
	}
	return s.take(2 * 8 * count) // the decoded list, and the array or the wide numbers made of it
}

func wireOf(k protoreflect.Kind) protowire.Type {
	switch k {
	case protoreflect.FloatKind:
		return protowire.Fixed32Type
	case protoreflect.DoubleKind:
		return protowire.Fixed64Type
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.MessageKind:
		return protowire.BytesType
	}
	return protowire.VarintType
}

// harmless fields of later IR versions say nothing about what is computed: notes
// of the exporter, the ranges of quantised values, the overload of a function.
var harmless = map[string]bool{
	"GraphProto 14": true, "GraphProto 16": true, "NodeProto 8": true, "NodeProto 9": true,
	"ValueInfoProto 4": true, "TensorProto 16": true,
}

func foreignField(m protoreflect.MessageDescriptor, n protowire.Number) string {
	return fmt.Sprintf("%s %d", m.Name(), n)
}

// foreignFields are those that our trimmed proto leaves out, and what they are.
var foreignFields = map[string]string{
	"ModelProto 20": "training_info", "ModelProto 25": "functions",
	"GraphProto 15":    "sparse_initializer",
	"AttributeProto 6": "a subgraph", "AttributeProto 11": "subgraphs", "AttributeProto 10": "tensors",
	"AttributeProto 14": "a type", "AttributeProto 15": "types", "AttributeProto 21": "a function's attribute",
	"AttributeProto 22": "a sparse tensor", "AttributeProto 23": "sparse tensors",
	"TensorProto 3": "a segment", "TensorProto 6": "strings",
	"TypeProto 4": "a sequence", "TypeProto 5": "a map", "TypeProto 8": "a sparse tensor", "TypeProto 9": "an optional",
}

const unknownField = "unknown"

func foreignName(m protoreflect.MessageDescriptor, n protowire.Number) string {
	return cmp.Or(foreignFields[foreignField(m, n)], unknownField)
}
