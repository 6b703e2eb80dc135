package onnxrun

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
)

// scan walks the wire form of a model without decoding it. It finds, with the
// path of the field, what is cut short, of the wrong wire type, nested too deep or
// not part of the ONNX that is supported, and adds up the memory that decoding
// would take: two bytes may stand for an object of two hundred.
func scan(content []byte) (memory int, err error) {
	s := scanner{}
	err = s.message("model", (&pb.ModelProto{}).ProtoReflect().Descriptor(), content, 0)
	return s.memory, err
}

// maxDepth is more than the deepest message of a model without subgraphs: model,
// graph, node, attribute, tensor.
const maxDepth = 12

// objectBytes is what a decoded message takes at most, beside what its fields
// point at, with the slot that points at it in a slice that grows by doubling.
const objectBytes = 320

type scanner struct{ memory int }

func (s *scanner) message(path string, m protoreflect.MessageDescriptor, b []byte, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s is nested too deep", path)
	}
	s.memory += objectBytes
	counts := map[protoreflect.FieldNumber]int{}
	for len(b) > 0 {
		number, wire, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%s is cut short or no protobuf message: %w", path, protowire.ParseError(n))
		}
		b = b[n:]
		f := m.Fields().ByNumber(number)
		if f == nil && harmless[fmt.Sprintf("%s %d", m.Name(), number)] {
			if n = protowire.ConsumeFieldValue(number, wire, b); n < 0 {
				return fmt.Errorf("%s is cut short: %w", path, protowire.ParseError(n))
			}
			s.memory += 2 * n
			b = b[n:]
			continue
		}
		if f == nil {
			return fmt.Errorf("%s: field %d (%s) is a part of ONNX that is not supported", path, number, foreignName(m, number))
		}
		at := path + "." + string(f.Name())
		if f.IsList() {
			at = fmt.Sprintf("%s[%d]", at, counts[number])
			counts[number]++
		}
		if wire == protowire.BytesType {
			var body []byte
			if body, n = protowire.ConsumeBytes(b); n >= 0 {
				if err := s.body(at, f, body, depth); err != nil {
					return err
				}
			}
		} else {
			n = protowire.ConsumeFieldValue(number, wire, b)
			if want := wireOf(f.Kind()); n >= 0 && wire != want {
				return fmt.Errorf("%s has wire type %d; want %d", at, wire, want)
			}
			s.memory += 16 // an element of a growing slice, or an optional's own word
		}
		if n < 0 {
			return fmt.Errorf("%s is cut short: %w", at, protowire.ParseError(n))
		}
		b = b[n:]
	}
	return nil
}

// body looks into a field with a length.
func (s *scanner) body(path string, f protoreflect.FieldDescriptor, body []byte, depth int) error {
	switch kind := f.Kind(); {
	case kind == protoreflect.MessageKind:
		return s.message(path, f.Message(), body, depth+1)
	case kind == protoreflect.BytesKind || kind == protoreflect.StringKind:
		s.memory += len(body) + 32
		return nil
	case !f.IsList():
		return fmt.Errorf("%s has wire type %d; want %d", path, protowire.BytesType, wireOf(kind))
	default:
		return s.packed(path, f, body)
	}
}

// packed counts the numbers of a packed list.
func (s *scanner) packed(path string, f protoreflect.FieldDescriptor, body []byte) error {
	switch wireOf(f.Kind()) {
	case protowire.Fixed32Type, protowire.Fixed64Type:
		s.memory += len(body)
		return nil
	}
	count := 0
	for len(body) > 0 {
		_, n := protowire.ConsumeVarint(body)
		if n < 0 {
			return fmt.Errorf("%s is cut short: %w", path, protowire.ParseError(n))
		}
		body = body[n:]
		count++
	}
	s.memory += 8 * count
	return nil
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

// foreignName says what a field is that our trimmed proto leaves out.
func foreignName(m protoreflect.MessageDescriptor, n protowire.Number) string {
	name := map[string]string{
		"ModelProto 20": "training_info", "ModelProto 25": "functions",
		"GraphProto 15":    "sparse_initializer",
		"AttributeProto 6": "a subgraph", "AttributeProto 11": "subgraphs", "AttributeProto 10": "tensors",
		"AttributeProto 14": "a type", "AttributeProto 15": "types", "AttributeProto 21": "a function's attribute",
		"AttributeProto 22": "a sparse tensor", "AttributeProto 23": "sparse tensors",
		"TensorProto 3": "a segment", "TensorProto 6": "strings",
		"TypeProto 4": "a sequence", "TypeProto 5": "a map", "TypeProto 8": "a sparse tensor", "TypeProto 9": "an optional",
	}[fmt.Sprintf("%s %d", m.Name(), n)]
	if name == "" {
		return "unknown"
	}
	return name
}
