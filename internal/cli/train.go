package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

type trainOptions struct {
	f       *Factory
	Variant string
	Data    dataOptions
	Config  zoo.Config
	Profile bool
}

// Bounds on what a flag may ask for: far above any use, low enough that a slip
// of the finger cannot ask for more memory than there is.
const (
	maxBatch   = zoo.MaxBatch
	maxThreads = 1024
	maxSize    = data.MaxSize
	maxLabels  = 1 << 24
	maxSamples = 1 << 20
)

func newTrain(f *Factory, run func(context.Context, *trainOptions) error) *cobra.Command {
	o := &trainOptions{f: f}
	if run == nil {
		run = runTrain
	}
	cmd := &cobra.Command{
		Use:   "train VARIANT --data DATA",
		Short: "Train a variant",
		Long: `Train a variant on a dataset, in a process of its own.

A step is one update of the generator with the updates of the discriminator
that go with it. Without --steps, --epochs or --time the variant's own budget
holds; --time may be combined with the other two, and the first to end wins.

Ctrl-C once finishes the step, saves, and tells how to go on; twice ends at
once. With --json every event is a line of JSON on stdout, the last of them
names the run and its checkpoint.`,
		Example: `  zoo train wgangp --data mnist
  zoo train dragan --data ring8 --steps 5000 --seed 7
  zoo train wgan --data ./faces --size 32 --color --time 10m
  zoo train wgangp --data mnist --set lambda=5 --set n_critic=3
  zoo train gan --data grid25 --with packing=2,instance-noise
  zoo train dcgan --data mnist --preset paper
  zoo train wgangp --data mnist --precision bf16
  zoo train catgan --data mnist --labels 100`,
		Args:              exactly("a variant"),
		ValidArgsFunction: first(f.variants, false),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Variant = args[0]
			if o.Data.Name == "" {
				return usagef(fmt.Sprintf("say which data to learn: zoo train %s --data mnist; `zoo data list` shows all", o.Variant),
					"zoo train needs --data")
			}
			if o.Config.Epochs > 0 && o.Config.Steps > 0 {
				return usagef("give one of them", "--steps and --epochs exclude each other")
			}
			if err := o.Data.check(); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	o.Data.flags(cmd, f, "")
	addBudget(flags, &o.Config)
	flags.StringVar(&o.Config.Arch, "arch", "", "`network` by name; `zoo info VARIANT` shows which there are")
	intVar(flags, &o.Config.Batch, "batch", maxBatch, "examples in a batch")
	flags.Uint64Var(&o.Config.Seed, "seed", defaultSeed, "seed: the same one gives the same bytes")
	intVar(flags, &o.Config.Labels, "labels", maxLabels, "how many labelled examples a semi-supervised variant may use")
	flags.Var(settings{&o.Config.Params}, "set", "set a parameter of the variant's own; may be repeated")
	flags.Var(tricks{&o.Config.Params}, "with", "turn on `tricks` of other papers, like packing,instance-noise=0.1; see zoo info VARIANT")
	flags.Var(setting{&o.Config.Params, "preset"}, "preset", "paper: begin with the paper's own setting in place of what learns best in minutes")
	flags.Var(setting{&o.Config.Params, "precision"}, "precision", "what layers round the numbers to that they multiply: float32 (the default), bf16, bf16x3 or auto")
	int64Var(flags, &o.Config.CheckpointEvery, "checkpoint-every", "steps between checkpoints")
	int64Var(flags, &o.Config.SampleEvery, "sample-every", "steps between pictures of samples")
	flags.BoolVar(&o.Profile, "profile", false, "time each op, and show at the end where the time went, at what share of the cores' peak, and how many images a second it made")
	must(cmd.RegisterFlagCompletionFunc("arch", f.completeArch))
	must(cmd.RegisterFlagCompletionFunc("set", f.completeParam))
	must(cmd.RegisterFlagCompletionFunc("preset", f.completeChoice("preset")))
	must(cmd.RegisterFlagCompletionFunc("precision", f.completeChoice("precision")))
	return cmd
}

func runTrain(ctx context.Context, o *trainOptions) error {
	h, err := o.f.Host()
	if err != nil {
		return err
	}
	v, err := h.Variant(o.Variant)
	if err != nil {
		return err
	}
	if err := checkConfig(v, &o.Config); err != nil {
		return err
	}
	dataset, err := o.Data.resolve(ctx, o.f)
	if err != nil {
		return err
	}
	if err := checkData(v, &o.Config, &dataset); err != nil {
		return err
	}
	return train(ctx, o.f, host.TrainOptions{Variant: v.Name, Dataset: dataset, Config: o.Config, Profile: o.Profile})
}

// checkConfig refuses what the variant's description rules out, before a
// process is started or data fetched.
func checkConfig(v *host.Variant, c *zoo.Config) error {
	see := fmt.Sprintf("`zoo info %s` shows what can be set", v.Name)
	if c.Arch != "" && len(v.Archs) > 0 && !slices.Contains(v.Archs, c.Arch) {
		return usagef(didyoumean.Sentence(c.Arch, v.Archs, "it has: "+strings.Join(v.Archs, ", ")),
			"%s has no network %q", v.Name, c.Arch)
	}
	if c.Labels > 0 && v.Labels == zoo.LabelsUnused {
		return usagef("leave --labels out", "%s does not use labels", v.Name)
	}
	for _, name := range sortedKeys(c.Params) {
		i := slices.IndexFunc(v.Params, func(p zoo.Param) bool { return p.Name == name })
		if i < 0 {
			known := make([]string, len(v.Params))
			for i, p := range v.Params {
				known[i] = p.Name
			}
			return usagef(didyoumean.Sentence(name, known, see), "%s has no parameter %q", v.Name, name)
		}
		if choices := v.Params[i].Choices; len(choices) > 0 && !slices.Contains(choices, c.Params[name]) {
			return usagef(didyoumean.Sentence(c.Params[name], choices, "choose one of: "+strings.Join(choices, ", ")), "%q is no value for %s of %s", c.Params[name], name, v.Name)
		}
	}
	return nil
}

// checkData refuses data that the variant cannot learn.
func checkData(v *host.Variant, c *zoo.Config, d *zoo.Dataset) error {
	switch {
	case len(v.Kinds) > 0 && !slices.Contains(v.Kinds, d.Kind):
		return fault.New(fault.Data, fmt.Sprintf("%s does not learn %s", v.Name, d.Kind), d.Name, fmt.Sprintf("it learns %s", needs(v.Description)))
	case v.Labels == zoo.LabelsRequired && d.Classes == 0:
		return fault.New(fault.Data, v.Name+" needs labels, and this data has none", d.Name, "choose labelled data, like mnist, or put each class of images into a folder of its own")
	case c.Labels > 0 && d.Classes == 0:
		return usagef("leave --labels out, or choose labelled data like mnist", "%s has no labels", d.Name)
	case c.Labels > d.Count:
		return usagef("ask for fewer", "%s has only %d examples to take %d labels from", d.Name, d.Count, c.Labels)
	}
	return nil
}
