package hosttest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// state is all that a Counter knows, and what its checkpoints hold.
type state struct {
	Seed    uint64
	Step    int64
	Shape   []int // of a sample
	Weights []float32
}

// header is that of a safetensors file with one tensor.
type header struct {
	Metadata map[string]string `json:"__metadata__"`
	Weights  struct {
		Type    string   `json:"dtype"`
		Shape   []int    `json:"shape"`
		Offsets [2]int64 `json:"data_offsets"`
	} `json:"weights"`
}

// save writes the checkpoint of the current step and returns its path.
func (s *state) save(runDir string) (string, error) {
	shape, _ := json.Marshal(s.Shape)
	h := header{Metadata: map[string]string{
		"seed": strconv.FormatUint(s.Seed, 10), "step": strconv.FormatInt(s.Step, 10), "shape": string(shape),
	}}
	h.Weights.Type, h.Weights.Shape, h.Weights.Offsets = "F32", []int{len(s.Weights)}, [2]int64{0, int64(4 * len(s.Weights))}
	head, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, uint64(len(head)))
	b.Write(head)
	binary.Write(&b, binary.LittleEndian, s.Weights)
	path := filepath.Join(runDir, "checkpoints", fmt.Sprintf("step-%08d.safetensors", s.Step))
	return path, atomicfile.WriteBytes(path, b.Bytes())
}

// load reads a checkpoint; its errors are of kind Checkpoint.
func load(path string) (state, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return state{}, fault.Wrap(fault.Checkpoint, err, "cannot read the checkpoint", path, "")
	}
	damaged := fault.New(fault.Checkpoint, "the checkpoint is damaged", path, "use an earlier one")
	if len(raw) < 8 {
		return state{}, damaged
	}
	n := binary.LittleEndian.Uint64(raw)
	if n > uint64(len(raw)-8) {
		return state{}, damaged
	}
	var h header
	if json.Unmarshal(raw[8:8+n], &h) != nil || len(raw) != int(8+n)+4*weights {
		return state{}, damaged
	}
	s := state{Weights: make([]float32, weights)}
	s.Seed, _ = strconv.ParseUint(h.Metadata["seed"], 10, 64)
	s.Step, _ = strconv.ParseInt(h.Metadata["step"], 10, 64)
	if json.Unmarshal([]byte(h.Metadata["shape"]), &s.Shape) != nil {
		return state{}, damaged
	}
	for i := range s.Weights {
		s.Weights[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[8+int(n)+4*i:]))
	}
	return s, nil
}
