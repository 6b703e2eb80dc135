package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ganzoo/ganzoo/internal/didyoumean"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
)

const (
	groupTrain  = "train"
	groupManage = "manage"
)

// newRoot builds the whole tree of verbs.
func newRoot(f *Factory) *cobra.Command {
	cobra.EnableCommandSorting = false // they come in the order of their use
	root := &cobra.Command{
		Use:   "zoo",
		Short: "A zoo of generative adversarial networks",
		Long: `zoo trains, samples, measures and exports generative adversarial networks on an
ordinary CPU. Each variant runs in a process of its own; a trained generator
leaves as an ONNX file.`,
		Example: `  zoo list
  zoo train wgangp --data mnist
  zoo sample wgangp --grid 8x8 --out digits.png
  zoo export wgangp digits.onnx`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			if err := f.checkCPU(); err != nil {
				return err
			}
			return f.openLog()
		},
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	root.SetOut(f.IO.Out)
	root.SetErr(f.IO.Err)
	root.SetFlagErrorFunc(explainFlag)
	if f.IO.OutIsTTY() {
		wrapFlags(root, f.IO.Width())
	}
	root.CompletionOptions.DisableDefaultCmd = true // ours is in completion.go

	flags := root.PersistentFlags()
	flags.StringVar(&f.RunsDir, "runs", f.runsDir(), "`folder` that holds the runs (environment: "+envRuns+")")
	flags.BoolVar(&f.JSON, "json", false, "print results as JSON")
	flags.BoolVarP(&f.Quiet, "quiet", "q", false, "no progress and no advice on stderr")
	flags.StringVar(&f.LogLevel, "log-level", "warn", "`level` of the log on stderr: "+strings.Join(logLevels, ", "))
	flags.BoolVar(&f.Debug, "debug", false, "show the trace when zoo itself fails")

	must(root.RegisterFlagCompletionFunc("log-level", fixed(logLevels...)))

	root.AddGroup(
		&cobra.Group{ID: groupTrain, Title: "Train and use a variant:"},
		&cobra.Group{ID: groupManage, Title: "Look after the zoo:"},
	)
	add := func(group string, verbs ...*cobra.Command) {
		for _, verb := range verbs {
			verb.GroupID = group
			root.AddCommand(verb)
		}
	}
	add(groupTrain,
		newList(f, nil), newInfo(f, nil), newTrain(f, nil), newResume(f, nil),
		newSample(f, nil), newEvaluate(f, nil), newCompare(f, nil), newReproduce(f, nil), newEMD(f, nil), newExport(f, nil),
		newTimelapse(f, nil), newInspect(f, nil), newVerify(f, nil))
	add(groupManage,
		newRuns(f), newData(f), newClassifier(f), newPlugin(f), newDoctor(f, nil), newCompletion(f), newVersion(f))
	help := newHelp()
	help.GroupID = groupManage
	root.SetHelpCommand(help)
	root.AddCommand(newServe(f), exitCodesTopic(), environmentTopic())
	return root
}

// newGroup is a verb that only holds others, like `zoo runs`. Alone it does
// what the first of them does: it lists.
func newGroup(use, short, long, example string, list *cobra.Command, others ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{
		Use:     use,
		Short:   short,
		Long:    long,
		Example: example,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
		RunE: list.RunE,
	}
	group.AddCommand(list)
	group.AddCommand(others...)
	return group
}

// execute runs the verb that args name.
func execute(root *cobra.Command, args []string) error {
	root.SetArgs(args)
	err := root.Execute()
	var told *fault.Error
	if err != nil && !errors.As(err, &told) && strings.HasPrefix(err.Error(), "unknown command ") {
		return unknownCommand(root, firstWord(args)) // cobra has but a text for it
	}
	return err
}

// firstWord returns the first of args that is no flag.
func firstWord(args []string) string {
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			return a
		}
	}
	return args[0]
}

func unknownCommand(parent *cobra.Command, name string) error {
	var known []string
	for _, c := range parent.Commands() {
		if !c.Hidden {
			known = append(known, c.Name())
		}
	}
	mend := didyoumean.Sentence(name, known, fmt.Sprintf("`%s --help` lists the commands", parent.CommandPath()))
	return usagef(mend, "unknown command %q for %q", name, parent.CommandPath())
}

// explainFlag words an error of the flag parser.
func explainFlag(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("`%s --help` lists the flags", cmd.CommandPath())
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		return unknownFlag(cmd, unknown, help)
	}
	var valueless *pflag.ValueRequiredError
	if errors.As(err, &valueless) {
		return usagef(help, "flag --%s needs a value", valueless.GetFlag().Name)
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		fl := invalid.GetFlag()
		return usagef(fmt.Sprintf("--%s: %s", fl.Name, plainUsage(fl)),
			"%q is no value for --%s: %s", invalid.GetValue(), fl.Name, plainReason(invalid.Unwrap()))
	}
	return usagef(help, "%v", err)
}

// unknownFlag says which flag was probably meant, or which verbs have it.
func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError, help string) error {
	name, dashes := unknown.GetSpecifiedName(), "--"
	if unknown.GetSpecifiedShortnames() != "" {
		dashes = "-"
	}
	var known []string
	visit := func(fl *pflag.Flag) { known = append(known, fl.Name) }
	cmd.LocalFlags().VisitAll(visit)
	cmd.InheritedFlags().VisitAll(visit)
	if near := didyoumean.Nearest(name, known); near != "" {
		help = fmt.Sprintf("did you mean --%s? %s", near, help)
	} else if verbs := verbsWith(cmd.Root(), name); 0 < len(verbs) && len(verbs) <= 3 {
		help = fmt.Sprintf("--%s goes with %s; %s", name, text.List(verbs), help)
	}
	return usagef(help, "unknown flag %s%s", dashes, name)
}

// verbsWith lists the verbs that have a flag of their own of that name.
func verbsWith(parent *cobra.Command, flag string) []string {
	var verbs []string
	for _, c := range parent.Commands() {
		if c.Hidden {
			continue
		}
		if c.LocalNonPersistentFlags().Lookup(flag) != nil {
			verbs = append(verbs, c.CommandPath())
		}
		verbs = append(verbs, verbsWith(c, flag)...)
	}
	return verbs
}

// plainReason words the errors of strconv and time, which pflag passes on.
func plainReason(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "time: "):
		return "it wants a duration like 90s, 5m or 1h30m"
	case strings.Contains(text, "ParseFloat"):
		return "it wants a number"
	case strings.Contains(text, "value out of range"):
		return "it is out of range"
	case strings.Contains(text, "ParseUint"):
		return "it wants a whole number, zero or more"
	case strings.Contains(text, "ParseInt"):
		return "it wants a whole number"
	case strings.Contains(text, "ParseBool"):
		return "it wants true or false"
	}
	return text
}

func plainUsage(fl *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(fl)
	return usage
}

// exactly wants the named arguments, no more and no fewer.
func exactly(names ...string) cobra.PositionalArgs {
	return between(len(names), names...)
}

// between wants at least the first least of the named arguments and at most all.
func between(least int, names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		example := "for example: " + strings.TrimSpace(strings.SplitN(strings.TrimSpace(cmd.Example), "\n", 2)[0])
		switch {
		case len(args) < least:
			return usagef(example, "%s needs %s", cmd.CommandPath(), strings.Join(names[len(args):least], " and "))
		case len(args) > len(names):
			return usagef(example, "%s takes no argument %q", cmd.CommandPath(), args[len(names)])
		}
		return nil
	}
}
