package verify_test

import (
	"testing"

	pb "github.com/ganzoo/ganzoo/export/onnxpb"
	"github.com/ganzoo/ganzoo/export/verify"
)

// FuzzLoad looks for bytes that make Load or a small Run panic or hang.
func FuzzLoad(f *testing.F) {
	f.Add(small(f))
	f.Add(small(f)[:200])
	f.Add(edited(f, func(m *pb.ModelProto) { m.GetGraph().GetNode()[0].Input[0] = "image" }))
	f.Add(edited(f, func(m *pb.ModelProto) { ints(m.GetGraph().GetNode()[3], "dilations", 3, 1<<12) }))
	f.Add(edited(f, func(m *pb.ModelProto) { m.GetGraph().GetNode()[1].OpType = "Unsqueeze" }))
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := verify.Load(content)
		if err != nil {
			return
		}
		inputs, small := m.SmallInputs()
		if small {
			m.Run(inputs)
		}
	})
}
