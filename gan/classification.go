package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/metrics"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/zoo"
)

// CrossEntropy is −E log p(y), p the softmax of the logits, N×K, y one-hot.
func CrossEntropy(logits, y *graph.Node) *graph.Node {
	return logits.LogSoftmax().Mul(y).Sum(1).Mean().Neg()
}

// ClassificationError measures how often the class with the largest of the
// discriminator's outputs is not that of a test example: the outputs from the
// given one on, one a class. Other outputs, such as that for samples, are no
// answer. Without labels it measures nothing.
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
// examples in it have.
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
	answers := metrics.ArgMax(Columns(rows, first, first+clusters))
	for i, cluster := range answers {
		answers[i] = vote[cluster]
	}
	return []zoo.Measure{{
		Name: "classification error", Value: 100 * metrics.ErrorRate(answers, labels), Unit: "%", Better: "lower",
		Note: fmt.Sprintf("%s, %d clusters named by majority of %d training labels", e.Examples(len(labels)), clusters, len(known)),
	}}, nil
}

// Columns copies the columns from first to before end of a matrix.
func Columns(rows *tensor.Tensor, first, end int) *tensor.Tensor {
	n, width := rows.Shape[0], rows.Shape[1]
	out := tensor.New(n, end-first)
	for i := range n {
		copy(out.Data[i*(end-first):], rows.Data[i*width+first:i*width+end])
	}
	return out
}
