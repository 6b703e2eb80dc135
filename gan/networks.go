package gan

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/zoo"
)

// Network is one that can be exported: what it is asked and what it answers, at
// inference.
type Network struct {
	Name  string        // for zoo export --network: "classifier"
	Doc   string        // for whoever opens the file: "Class probabilities of an example x."
	Build func(v *View) // names its answers with View.Output
}

// View is a trained model as an exported network sees it, for one example: each
// example is answered alone, by running statistics.
type View struct {
	*Settings
	X *graph.Node // an example, 1×C×H×W in −1…1, or 1×2
	Y *graph.Node // its class, one-hot, 1×K; nil unless the discriminator is given it

	model *Model
	d     *nn.Context
}

// exampleInput names the input of a network that looks at examples.
const exampleInput = "x"

// D returns what the discriminator says of X, 1×outputs.
func (v *View) D() *graph.Node { return v.model.D.Apply(v.d, v.model.tell(v.d, v.X, v.Y)) }

// DWithFeatures is D with what its last layer took, 1×features, or with the code
// of an auto-encoder.
func (v *View) DWithFeatures() (y, features *graph.Node) {
	return v.model.D.ApplyWithFeatures(v.d, v.model.tell(v.d, v.X, v.Y))
}

// Output names an answer of the network, 1×…. Names are given once.
func (v *View) Output(name string, y *graph.Node) { v.X.Graph().Output(name, y) }

// discriminatorNetwork is what every variant has beside its generator.
var discriminatorNetwork = Network{
	Name: "discriminator",
	Doc:  "Discriminator: its raw scores of an example x, no probability.",
	Build: func(v *View) {
		y := v.D()
		if v.model.variant.Autoencoder {
			v.Output(imageOutput, y)
			return
		}
		v.Output(scoresOutput, y)
	},
}

// encoderNetwork is what a discriminator that is an auto-encoder begins with.
var encoderNetwork = Network{
	Name: "encoder",
	Doc:  "Encoder of the discriminator: the code of an example x.",
	Build: func(v *View) {
		_, code := v.DWithFeatures()
		v.Output("code", code)
	},
}

// networks lists what can be exported beside the generator.
func (v *Variant) networks() []Network {
	list := []Network{discriminatorNetwork}
	if v.Autoencoder {
		list = append(list, encoderNetwork)
	}
	return append(list, v.Networks...)
}

// network finds one by its name.
func (v *Variant) network(name string) (Network, error) {
	names := []string{zoo.Generator}
	for _, n := range v.networks() {
		if n.Name == name {
			return n, nil
		}
		names = append(names, n.Name)
	}
	return Network{}, fault.New(fault.Usage, fmt.Sprintf("%s has no network %q", v.Name, name), "--network", "choose from "+strings.Join(names, ", "))
}

// networkGraph is a network at inference for one example: input x, and y where
// the discriminator is given the class.
func (m *Model) networkGraph(n Network, batch int) (*graph.Graph, error) {
	if m.Settings.Int("packing") > 1 {
		return nil, fault.New(fault.Usage, "this discriminator looks at packs of examples and has no answer for one", "--network "+n.Name,
			"export the generator, or train without packing")
	}
	g := graph.New(m.variant.Name + " " + n.Name)
	err := graph.Catch(func() {
		x := g.Input(exampleInput, append([]int{batch}, m.Settings.Shape...)...)
		n.Build(&View{Settings: m.Settings, X: x, Y: m.discriminatorClass(g, batch), model: m, d: nn.Inference(nil)})
	})
	return g, err
}
