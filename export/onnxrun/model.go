package onnxrun

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/ganzoo/ganzoo/export/onnxfile"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

// Options of a model.
type Options struct {
	// AllowExternalData lets Open read tensors from other files of the model's
	// folder.
	AllowExternalData bool
	// MaxMemory bounds the bytes that the model's values may take. 0: three times
	// the file and 64 MiB, and 64 MiB more for each further example of the batch, of
	// up to 64 examples.
	MaxMemory int
	// Pool has the threads to run on; nil: the caller's alone.
	Pool *kernel.Pool
}

// Model is an ONNX model ready to run. Its runs go one after the other, whoever
// asks for them.
type Model struct {
	Header
	inputs, outputs []Port
	nodes           []*node
	constants       map[string]*Array
	lastUse         map[string]int // index of the last node that reads a name; the number of nodes for an output
	parameters      int            // elements of all initialisers
	held            int            // bytes of them
	file            int            // bytes
	options         Options

	running  sync.Mutex
	programs map[string]*program // by the shapes of the inputs
	order    []string            // as they were made
	packs    graph.Packs         // of constants of the programs
}

// Header is what a model says about itself.
type Header struct {
	IRVersion                                    int64
	Producer, ProducerVersion, Domain, Doc, Name string
	ModelVersion                                 int64
	Opset                                        int
	Metadata                                     map[string]string
}

// node is one use of an operator.
type node struct {
	index      int
	name       string
	operator   string
	build      func(c *call)
	inputs     []string // "": left out
	outputs    []string
	attributes map[string]any
	opset      int
	needed     bool // an output of the model depends on it
}

// label says which node an error is about.
func (n *node) label() string {
	return fmt.Sprintf("node %d %q (%s, opset %d)", n.index, n.name, n.operator, n.opset)
}

// Open reads a model from a file.
func Open(path string, o Options) (*Model, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // to open a pipe would be to wait for its writer
		return nil, fault.New(fault.Data, "the ONNX model is no regular file", path, "name a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "the ONNX model cannot be opened", path, fault.ToRead(err))
	}
	defer f.Close()
	var content []byte
	if info, err = f.Stat(); err == nil {
		if info.Size() > maxFile {
			return nil, fault.New(fault.Data, fmt.Sprintf("the file has %d bytes; at most %d are read", info.Size(), maxFile), path, "export a smaller network, or keep the weights in files of their own beside it")
		}
		content = make([]byte, info.Size())
		_, err = io.ReadFull(f, content)
	}
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "the ONNX model cannot be read", path, fault.ToRead(err))
	}
	x := &external{dir: filepath.Dir(path)}
	if !o.AllowExternalData {
		x = &external{missing: "that is not allowed"}
	}
	m, err := load(content, o, x)
	if err != nil {
		help := cmp.Or(onnxfile.Mend(err), mend(err))
		if !o.AllowExternalData && errorIsExternal(err) {
			help = "if you trust the model, --allow-external-data reads files of its folder"
		}
		return nil, fault.Wrap(fault.Data, err, "the ONNX model cannot be used", path, help)
	}
	return m, nil
}

// Load reads a model from memory, which can have no external data.
func Load(content []byte, o Options) (*Model, error) {
	m, err := load(content, o, &external{missing: "the model is not read from a folder"})
	if err != nil {
		return nil, fault.Wrap(fault.Data, err, "the ONNX model cannot be used", "", cmp.Or(onnxfile.Mend(err), mend(err)))
	}
	return m, nil
}

func load(content []byte, o Options, x *external) (*Model, error) {
	// The decoded messages, and the arrays that are made of them, come to what the
	// file may take; the content is the first of its three times.
	limit := newBudget(len(content), 0, 1, o.MaxMemory)
	if err := limit.scratch(len(content)); err != nil {
		return nil, err
	}
	limit.memory = len(content)
	file, _, err := onnxfile.Decode(content, limit.maxMemory-limit.memory)
	if err != nil {
		return nil, err
	}
	m := &Model{file: len(content), options: o, constants: map[string]*Array{}, programs: map[string]*program{}}
	l := &loader{Model: m, external: x}
	if err := l.load(file); err != nil {
		return nil, err
	}
	m.file += int(x.taken)
	return m, nil
}

// Has reports whether an input, an output or a constant is of a type.
func (m *Model) Has(t Type) bool {
	for _, p := range slices.Concat(m.inputs, m.outputs) {
		if p.Type == t {
			return true
		}
	}
	for _, a := range m.constants {
		if a.Type == t {
			return true
		}
	}
	for _, n := range m.nodes {
		for _, v := range n.attributes {
			if a, ok := v.(*Array); ok && a.Type == t {
				return true
			}
		}
	}
	return false
}

// Inputs lists what Run wants.
func (m *Model) Inputs() []Port { return m.inputs }

// Outputs lists what Run gives.
func (m *Model) Outputs() []Port { return m.outputs }

// Parameters returns the number of elements of all initialisers.
func (m *Model) Parameters() int { return m.parameters }
