package nn

import "github.com/ganzoo/ganzoo/graph"

// Optimizer is a rule that turns gradients into new weights: SGD, RMSProp, Adam, and
// Halving round one of them. Its values are settings only; Bind adds the state for a list
// of parameters.
type Optimizer interface {
	// Bind makes the state, named under scope ("discriminator.optimizer").
	Bind(scope string, params []*graph.Variable) *Updater
}

// Updater is an optimiser with its state for some parameters.
type Updater struct {
	Params []*graph.Variable
	State  []*graph.Variable // moments and counters: a checkpoint must keep them

	begin func(g *graph.Graph) rule
}

// rule is the update of parameter i in one graph, once what all parameters
// share has been worked out.
type rule func(i int, w, grad *graph.Node) *graph.Node

// Update returns the new value of each parameter, given the gradient of the
// loss by each, and assigns the optimiser's new state. The caller assigns the
// values, after whatever else it does to them (clipping).
func (u *Updater) Update(g *graph.Graph, grads []*graph.Node) []*graph.Node {
	update := u.begin(g)
	values := make([]*graph.Node, len(grads))
	for i, grad := range grads {
		values[i] = update(i, g.Variable(u.Params[i]), grad)
	}
	return values
}

// moments makes a variable of zeros for each parameter.
func (u *Updater) moments(scope, name string) []*graph.Variable {
	m := make([]*graph.Variable, len(u.Params))
	for i, p := range u.Params {
		m[i] = graph.NewVariable(scope+"."+name+"."+p.Name, false, p.Value.Shape...)
	}
	u.State = append(u.State, m...)
	return m
}

// scalar makes a variable without axes.
func (u *Updater) scalar(name string) *graph.Variable {
	v := graph.NewVariable(name, false)
	u.State = append(u.State, v)
	return v
}
