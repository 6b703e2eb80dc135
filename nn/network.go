package nn

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/tensor"
)

// Layer adds one step to a network under construction. One of your own looks at b.Shape,
// makes its variables by Weight, Bias and Filled, and ends with Then; what it refuses, it
// refuses by Fail:
//
//	func Scale() nn.Layer {
//		return func(b *nn.Builder) {
//			gain := b.Filled("gain", true, 1)
//			b.Then(b.Shape, func(c *nn.Context, x *graph.Node) *graph.Node {
//				return x.Mul(c.Read(x.Graph(), gain))
//			})
//		}
//	}
type Layer func(b *Builder)

// Network is a list of layers with their weights. Applying it to several nodes,
// or in several graphs, shares the weights.
type Network struct {
	Name    string
	In, Out tensor.Shape // of one example, without the batch axis

	steps    []step
	vars     []*graph.Variable
	features []int           // places that are marked
	class    *graph.Variable // Φ, the linear map of JoinClass; nil without
}

// step is what a layer does to a node: N×(its input shape) to N×(its output).
type step func(c *Context, x *graph.Node) *graph.Node

// Setup is how the weights of a network begin.
type Setup struct {
	Init     Init
	Seed     uint64
	Spectral bool // divide every weight by its largest singular value (Miyato et al. 2018, arXiv:1802.05957)
}

// Builder is a network under construction, as a Layer sees it.
type Builder struct {
	Shape tensor.Shape // of one example as it reaches the layer

	net      *Network
	setup    Setup
	line     string // of the caller of New
	counting bool   // variables have shapes but no values
}

// New makes a network that takes examples of shape in. Parameters are named
// after the network and the place of their layer in the list, as PyTorch's
// Sequential does: "generator.0.weight". Their first values are a function of
// the seed and that name. It panics with a *graph.BuildError when the layers do
// not fit together.
func New(name string, in tensor.Shape, setup Setup, layers ...Layer) *Network {
	b := &Builder{Shape: in.Clone(), net: &Network{Name: name, In: in.Clone()}, setup: setup, line: callerLine()}
	return b.build(layers)
}

// Size counts the numbers that New would make: those that an optimiser moves,
// and all. It makes none of them, and panics as New does.
func Size(name string, in tensor.Shape, setup Setup, layers ...Layer) (trainable, all int) {
	b := &Builder{
		Shape: in.Clone(), net: &Network{Name: name, In: in.Clone()}, setup: setup, line: callerLine(), counting: true,
	}
	n := b.build(layers)
	for _, v := range n.vars {
		all += v.Value.Shape.Size()
	}
	return n.Parameters(), all
}

func (b *Builder) build(layers []Layer) *Network {
	for _, add := range layers {
		add(b)
	}
	b.net.Out = b.Shape
	return b.net
}

// Apply builds the network's nodes on x, N×In, and returns N×Out. It panics with a
// *graph.BuildError for an x of another shape.
func (n *Network) Apply(c *Context, x *graph.Node) *graph.Node {
	y, _ := n.apply(c, x, -1)
	return y
}

// apply also returns what reaches the layer at the mark.
func (n *Network) apply(c *Context, x *graph.Node, mark int) (y, features *graph.Node) {
	if got := x.Shape(); len(got) < 1 || !got[1:].Equal(n.In) {
		panic(&graph.BuildError{
			Graph: x.Graph().Name(), Op: n.Name, Shapes: got.String(), Line: callerLine(),
			Reason: fmt.Sprintf("the network takes examples of %v", n.In),
		})
	}
	for i, apply := range n.steps {
		if i == mark {
			features = x
		}
		x = apply(c, x)
	}
	return x, features
}

// Variables returns all that a checkpoint must keep, in the order of the
// layers: weights, biases, and running statistics.
func (n *Network) Variables() []*graph.Variable { return n.vars }

// Trainable returns the variables that an optimiser moves.
func (n *Network) Trainable() []*graph.Variable {
	var t []*graph.Variable
	for _, v := range n.vars {
		if v.Trainable {
			t = append(t, v)
		}
	}
	return t
}

// Parameters counts the trainable numbers.
func (n *Network) Parameters() int {
	total := 0
	for _, v := range n.Trainable() {
		total += v.Value.Shape.Size()
	}
	return total
}

// Weight makes a trainable variable of the layer, "network.place.name", filled by the
// network's initialiser. fanIn and fanOut are the numbers of terms in one output and of
// outputs that one input reaches.
func (b *Builder) Weight(name string, fanIn, fanOut int, shape ...int) *graph.Variable {
	v := b.variable(name, true, shape...)
	b.setup.Init.Weight(v.Value.Data, fanIn, fanOut, tensor.NewStream(b.setup.Seed, "init/"+v.Name, 0))
	return v
}

// Bias makes a trainable variable of count values, one per output, filled by the network's
// initialiser.
func (b *Builder) Bias(fanIn, count int) *graph.Variable {
	v := b.variable("bias", true, count)
	b.setup.Init.Bias(v.Value.Data, fanIn, count, tensor.NewStream(b.setup.Seed, "init/"+v.Name, 0))
	return v
}

// Filled makes a variable that starts with one value everywhere.
func (b *Builder) Filled(name string, trainable bool, value float32, shape ...int) *graph.Variable {
	v := b.variable(name, trainable, shape...)
	for i := range v.Value.Data {
		v.Value.Data[i] = value
	}
	return v
}

func (b *Builder) variable(name string, trainable bool, shape ...int) *graph.Variable {
	v := &graph.Variable{Name: fmt.Sprintf("%s.%d.%s", b.net.Name, len(b.net.steps), name), Trainable: trainable}
	if b.counting {
		v.Value = &tensor.Tensor{Shape: shape}
	} else {
		v.Value = tensor.New(shape...)
	}
	b.net.vars = append(b.net.vars, v)
	return v
}

// Then ends a layer: what it does to a node, N×b.Shape to N×out, and the shape of one
// example that comes out. Every application of the network calls it.
func (b *Builder) Then(out tensor.Shape, apply func(c *Context, x *graph.Node) *graph.Node) {
	b.net.steps = append(b.net.steps, apply)
	b.Shape = out
}

// Fail refuses the layer: it panics with a *graph.BuildError that names it, its place, what
// reaches it and the line that made the network.
func (b *Builder) Fail(layer, format string, args ...any) {
	panic(&graph.BuildError{
		Graph: b.net.Name, Op: fmt.Sprintf("layer %d, %s", len(b.net.steps), layer),
		Shapes: b.Shape.String(), Line: b.line, Reason: fmt.Sprintf(format, args...),
	})
}

// callerLine names the first caller outside this package.
func callerLine() string {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.Contains(f.Function, "ganzoo/nn.") || strings.HasSuffix(f.File, "_test.go") {
			parts := strings.Split(f.File, "/")
			return fmt.Sprintf("%s:%d", strings.Join(parts[max(0, len(parts)-3):], "/"), f.Line)
		}
		if !more {
			return "unknown line"
		}
	}
}
