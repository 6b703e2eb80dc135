// Package graph builds static computation graphs of float32 tensors,
// differentiates them symbolically, and runs them.
//
// A graph is built once by calling methods on nodes, which read like the
// formula; shapes are inferred, and a misuse is found, at the call that makes
// the node:
//
//	g := graph.New("least squares")
//	x := g.Input("x", 64, 8)
//	w := g.Variable(weights)
//	loss := x.MatMul(w).Sub(1).Square().Mean()
//	g.Output("loss", loss)
//	g.Assign(weights, w.Sub(graph.Gradient(loss, w)[0].Mul(0.1)))
//	step := g.MustCompile(graph.Options{})
//	step.Run(0)
//
// A method of a node takes nodes of the same graph, and in most places numbers
// ([Operand]); what is computed element by element broadcasts as in NumPy. Shapes are part
// of a node: a graph is built for one batch.
//
// Life of a graph:
//
//   - build: graph.go, node.go, elementwise.go, matmul.go, conv.go, reduce.go,
//     layout.go, normalization.go, random.go — the ops by family, with ONNX's names and
//     semantics — and call.go for code of the caller's;
//   - differentiate: gradient.go (the reverse sweep), gradients.go (the table of
//     derivatives, a line an op). Derivatives are nodes again, so second order
//     needs nothing more;
//   - passes.go: the list of rewrites between what was written and what runs;
//   - schedule.go: what is computed at a time, and in which order. Element-wise chains
//     (fuse.go) become one walk over the data (walk.go), whose kernels compute a node
//     each or a whole phrase (phrase.go);
//   - plan.go: one arena for all values (region.go), laid out by their life times
//     (lives.go);
//   - run.go: the executable; exec.go: what it does in a step; exec_*.go: each op on the
//     kernels.
//
// Misuse while building panics with a *BuildError; Catch turns it into an
// error at the edge.
package graph
