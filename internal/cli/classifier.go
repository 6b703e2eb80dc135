package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/metrics/classifier"
	"github.com/ganzoo/ganzoo/tensor/kernel"
)

func newClassifier(f *Factory) *cobra.Command {
	return newGroup("classifier", "List and train the classifiers that measure images",
		`Measures such as FID and precision are taken on what a small classifier sees in
images: one for mnist and one for fashion-mnist come with zoo, and any labelled
images can have theirs.`,
		"  zoo classifier list\n  zoo classifier train --data mnist --out mnist.safetensors",
		newClassifierList(f), newClassifierTrain(f, nil))
}

func newClassifierList(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the classifiers that come with zoo",
		Example: "  zoo classifier list\n  zoo classifier list --json",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, args []string) error {
			list := []classifierReport{}
			for _, name := range classifier.Names() {
				c, err := classifier.Builtin(name)
				if err != nil {
					return err
				}
				list = append(list, newClassifierReport(c, name))
			}
			if f.JSON {
				return f.IO.JSON(list)
			}
			table := f.IO.Table("NAME", "EXAMPLE", ">CLASSES", ">ACCURACY", ">EPOCHS", ">SEED")
			for _, r := range list {
				table.Row(r.Name, extents(r.Shape), fmt.Sprint(r.Classes), percent(r.Accuracy)+"%", fmt.Sprint(r.Training.Epochs), fmt.Sprint(r.Training.Seed))
			}
			return table.Print()
		},
	}
}

type classifierTrainOptions struct {
	f        *Factory
	Data     dataOptions
	Training classifier.Options
	Out      string
	Threads  int
}

func newClassifierTrain(f *Factory, run func(context.Context, *classifierTrainOptions) error) *cobra.Command {
	o := &classifierTrainOptions{f: f}
	if run == nil {
		run = runClassifierTrain
	}
	cmd := &cobra.Command{
		Use:   "train --data DATA",
		Short: "Train a classifier on labelled images",
		Long: `Train a classifier on labelled images, test it and write it to a file that
zoo evaluate takes with --features. The same data, epochs and seed give the same
file on one class of CPU; those that come with zoo were made by this command
with its defaults.`,
		Example: "  zoo classifier train --data mnist --out mnist.safetensors",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Data.Name == "" {
				return usagef("for example: --data mnist", "%s needs --data", cmd.CommandPath())
			}
			if o.Out == "" {
				o.Out = "classifier.safetensors"
			}
			if err := o.Data.check(); err != nil {
				return err
			}
			if err := checkOutput(o.Out, ".safetensors"); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	o.Data.flags(cmd, f, "")
	o.Training.Epochs = classifier.DefaultEpochs
	intVar(flags, &o.Training.Epochs, "epochs", maxEpochs, "passes over the data")
	flags.Uint64Var(&o.Training.Seed, "seed", defaultSeed, "seed: the same one gives the same bytes")
	flags.StringVarP(&o.Out, "out", "o", "", "`file` to write; classifier.safetensors by default")
	intVar(flags, &o.Threads, "threads", maxThreads, "threads to compute with; all cores by default")
	must(cmd.MarkFlagFilename("out", "safetensors"))
	return cmd
}

// maxEpochs is far beyond what helps such a small network.
const maxEpochs = 1000

func runClassifierTrain(ctx context.Context, o *classifierTrainOptions) error {
	resolver, done := o.Data.resolver(o.f)
	d, err := data.Resolve(ctx, o.Data.Name, resolver)
	done()
	if err != nil {
		return err
	}
	if err := o.Data.checkShape(d); err != nil {
		return err
	}
	pool := kernel.NewPool(o.Threads)
	defer pool.Close()
	c, err := classifier.Train(ctx, d, o.Training, pool, func(p classifier.Progress) {
		o.f.advise("epoch %d of %d: cross entropy %s nats", p.Epoch, p.Epochs, text.Figure(p.Loss))
	})
	if err != nil {
		return err
	}
	if err := c.Write(o.Out); err != nil {
		return err
	}
	return reportClassifier(o.f, c, o.Out)
}

// classifierReport is a classifier in JSON.
type classifierReport struct {
	Name     string             `json:"name"` // what --features takes: a name or a file
	Data     string             `json:"data"`
	Shape    []int              `json:"shape"`
	Classes  int                `json:"classes"`
	Accuracy float64            `json:"accuracy"` // on test images, 0 … 1
	Training classifier.Options `json:"training"`
}

func newClassifierReport(c *classifier.Classifier, name string) classifierReport {
	return classifierReport{name, c.Data, c.In, c.Classes, c.Accuracy, c.Training}
}

func reportClassifier(f *Factory, c *classifier.Classifier, name string) error {
	r := newClassifierReport(c, name)
	if f.JSON {
		return f.IO.JSON(r)
	}
	_, err := fmt.Fprintf(f.IO.Out, "%s: %s of %s, %s; %s%% of the test images named right\n", r.Name,
		text.Plural(int64(r.Classes), "class", "classes"), extents(r.Shape), r.Data, percent(r.Accuracy))
	return err
}

// percent writes a share with two decimals: 99.31.
func percent(share float64) string { return fmt.Sprintf("%.2f", 100*share) }
