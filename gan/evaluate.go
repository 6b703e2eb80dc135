package gan

import (
	"context"
	"fmt"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/nn"
	"github.com/ganzoo/ganzoo/tensor"
	"github.com/ganzoo/ganzoo/tensor/kernel"
	"github.com/ganzoo/ganzoo/zoo"
)

// evaluateExamples bounds how many examples an evaluation looks at.
const evaluateExamples = 10_000

// scoresOutput names the discriminator's outputs.
const scoresOutput = "scores"

// Evaluation is a trained model with data to judge it by, as a variant's own
// measures see it.
type Evaluation struct {
	*Settings
	Model *Model
	Test  *data.Source // test examples, or the training ones when there are none
	Train *data.Source

	ctx     context.Context
	reader  *reader
	pool    *kernel.Pool
	seed    uint64
	note    string // what the examples are
	settled bool   // the discriminator's running statistics are those of examples
}

// evaluate answers the contract's Evaluate.
func (v *Variant) evaluate(ctx context.Context, req *zoo.EvaluateRequest) (*zoo.Evaluation, error) {
	_, m, err := v.loadModel(req.Checkpoint)
	if err != nil {
		return nil, err
	}
	m.averageD.settle()
	e := &Evaluation{Settings: m.Settings, Model: m, ctx: ctx, seed: req.Seed}
	if err := e.open(&req.Dataset); err != nil {
		return nil, err
	}
	defer e.close()
	e.pool = kernel.NewPool(req.Threads)
	defer e.pool.Close()

	measures, err := e.losses()
	if err != nil || v.Evaluate == nil {
		return &zoo.Evaluation{Measures: measures}, err
	}
	own, err := v.Evaluate(e)
	return &zoo.Evaluation{Measures: append(own, measures...)}, err
}

func (e *Evaluation) open(d *zoo.Dataset) (err error) {
	if d.Kind != e.Kind || !tensor.Shape(d.Shape).Equal(e.Shape) {
		return fault.New(fault.Usage, fmt.Sprintf("the data has %s of %v, the model makes %s of %v", d.Kind, tensor.Shape(d.Shape), e.Kind, e.Shape),
			"--data", "evaluate on data like that it was trained on")
	}
	if e.Train, err = data.Open(toData(d)); err != nil {
		return err
	}
	e.reader = newReader(e.Settings)
	e.Test, e.note = e.Train, "training examples"
	if d.TestX != "" {
		e.note = "test examples"
		if e.Test, err = data.OpenTest(toData(d)); err != nil {
			e.Train.Close()
			return err
		}
	}
	if e.Model.variant.conditional(e.Settings) && !(e.Train.HasLabels() && e.Test.HasLabels()) {
		e.close()
		return fault.New(fault.Usage, "the model is told the class of each example, and the dataset "+d.Name+" has no labels", "--data", "choose labelled data")
	}
	return nil
}

// Examples says of a measure on n examples of Test what they are: "2,000 test
// examples".
func (e *Evaluation) Examples(n int) string { return text.Count(int64(n)) + " " + e.note }

// Taught says how many labels the model has learned from: "1,000 labelled examples in
// training".
func (e *Evaluation) Taught() string {
	return text.Plural(int64(e.Labels), "labelled example", "labelled examples") + " in training"
}

func (e *Evaluation) close() {
	e.Train.Close()
	if e.Test != e.Train {
		e.Test.Close()
	}
}

// losses takes both losses and their reported terms on the examples, with the
// statistics of each batch and the averaged networks.
func (e *Evaluation) losses() ([]zoo.Measure, error) {
	var measures []zoo.Measure
	for _, objective := range []struct {
		name  string
		build func(*Step) *graph.Node
	}{
		{"discriminator loss", (*Step).discriminatorLoss},
		{"generator loss", (*Step).generatorLoss},
	} {
		p, err := e.program(objective.build)
		if err != nil {
			return nil, err
		}
		means, n, err := e.average(p)
		if err != nil {
			return nil, err
		}
		note := e.Examples(n)
		measures = append(measures, zoo.Measure{Name: objective.name, Value: means[0], Note: note})
		for i, name := range p.Reports {
			measures = append(measures, zoo.Measure{Name: name, Value: means[i+1], Note: note})
		}
	}
	return measures, nil
}

func (e *Evaluation) program(objective func(*Step) *graph.Node) (p *Program, err error) {
	failed := graph.Catch(func() {
		o := StepOptions{Pool: e.pool, Seed: e.seed}
		s := e.Model.newStep(evaluating, nn.Frozen(), e.Model.serving(false), o)
		p, err = s.compile(objective(s))
	})
	if failed != nil {
		return nil, failed
	}
	return p, err
}

// average runs a program over the examples, and returns the means of its loss
// and terms and the number of examples.
func (e *Evaluation) average(p *Program) (means []float64, examples int, err error) {
	means = make([]float64, 1+len(p.Reports))
	batches := max(1, min(e.Test.Count, evaluateExamples)/e.Batch)
	for i := range batches {
		if err := e.ctx.Err(); err != nil {
			return nil, 0, fault.Wrap(fault.Canceled, err, "the evaluation was cancelled", "", "")
		}
		e.reader.fill(p, e.Test, e.seed, int64(i))
		p.Run(int64(i))
		means[0] += p.Loss() / float64(batches)
		for j, name := range p.Reports {
			means[j+1] += p.Term(name) / float64(batches)
		}
	}
	return means, min(batches*e.Batch, e.Test.Count), nil
}
