package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// CrossEntropy is −E log p(y), a scalar, with p the softmax of the logits, N×K, and y
// one-hot, N×K.
func CrossEntropy(logits, y *graph.Node) *graph.Node {
	return logits.LogSoftmax().Mul(y).Sum(1).Mean().Neg()
}

// Classifier is a network that answers with the probabilities of the classes of an
// example, 1×K, under the name probabilities. logits picks the classes' logits, 1×K,
// out of what the discriminator says; doc tells what they are.
func Classifier(doc string, logits func(v *View) *graph.Node) Network {
	return Network{Name: "classifier", Doc: doc, Build: func(v *View) {
		v.Output("probabilities", logits(v).LogSoftmax().Exp())
	}}
}

// ClassificationError measures how often the class with the largest of the
// discriminator's outputs is not that of a test example: the outputs from the
// given one on, one a class. Other outputs, such as that for samples, are no
// answer. The measure is in percent; note ends its protocol. Without labels it measures
// nothing.
func (e *Evaluation) ClassificationError(first int, note string) ([]zoo.Measure, error) {
	if !e.Test.HasLabels() {
		return nil, nil
	}
	rows, labels, err := e.Outputs(e.Test, e.Test.Count)
	if err != nil {
		return nil, err
	}
	answers := metrics.ArgMax(Columns(rows, first, first+e.Classes))
	return []zoo.Measure{{
		Name: "classification error", Value: 100 * metrics.ErrorRate(answers, labels),
		Unit: "%", Better: "lower", Note: e.Examples(len(labels)) + ", " + note,
	}}, nil
}

// voters is how many labelled training examples name clusters.
const voters = 10_000

// ClusterError is ClassificationError for outputs whose classes are clusters,
// found without labels: each is named after the class that most of the training
// examples in it have. With it come what needs no such names, the accuracy under
// the best ones that give each class to one cluster at most, and the mutual
// information of clusters and classes.
func (e *Evaluation) ClusterError(first, clusters int) ([]zoo.Measure, error) {
	if !e.Test.HasLabels() || !e.Train.HasLabels() {
		return nil, nil
	}
	rows, labels, err := e.Outputs(e.Test, e.Test.Count)
	if err != nil {
		return nil, err
	}
	trained, known, err := e.Outputs(e.Train, voters)
	if err != nil {
		return nil, err
	}
	vote := metrics.MajorityVote(metrics.ArgMax(Columns(trained, first, first+clusters)), known)
	found := metrics.ArgMax(Columns(rows, first, first+clusters))
	answers := make([]int64, len(found))
	for i, cluster := range found {
		answers[i] = vote[cluster]
	}
	accuracy, err := metrics.ClusterAccuracy(found, labels)
	if err != nil {
		return nil, err
	}
	information, err := metrics.MutualInformation(found, labels)
	if err != nil {
		return nil, err
	}
	of := e.Examples(len(labels))
	return []zoo.Measure{{
		Name: "classification error", Value: 100 * metrics.ErrorRate(answers, labels), Unit: "%", Better: "lower",
		Note: fmt.Sprintf("%s, %d clusters named by majority of %s training labels", of, clusters, text.Count(int64(len(known)))),
	}, {
		Name: "cluster accuracy", Value: 100 * accuracy, Unit: "%", Better: "higher",
		Note: fmt.Sprintf("%s, each class the name of one of %d clusters at most", of, clusters),
	}, {
		Name: "cluster information", Value: information, Unit: "nats", Better: "higher",
		Note: fmt.Sprintf("%s, mutual information of %d clusters and %d classes", of, clusters, e.Classes),
	}}, nil
}

// Columns copies the columns from first to before end of a matrix: of N×K,
// N×(end−first).
func Columns(rows *tensor.Tensor, first, end int) *tensor.Tensor {
	n, width := rows.Shape[0], rows.Shape[1]
	out := tensor.New(n, end-first)
	for i := range n {
		copy(out.Data[i*(end-first):], rows.Data[i*width+first:i*width+end])
	}
	return out
}
