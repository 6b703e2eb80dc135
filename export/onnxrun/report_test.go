package onnxrun_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/export/onnxrun"
)

// outcome is what came of a case of the standard.
type outcome struct {
	standardCase
	operators []string
	err       error
}

// tally counts cases.
type tally struct{ passed, all int }

func (t *tally) add(o outcome) {
	t.all++
	if o.err == nil {
		t.passed++
	}
}

// severalOperators stands for the models of more than one operator: most are
// functions of the standard, written out.
const severalOperators = "(several operators)"

// operatorReport writes docs/onnx-operators.md.
func operatorReport(all []outcome) string {
	var b strings.Builder
	b.WriteString(`# ONNX operators

What zoo runs of models that others have written: ` + "`zoo sample model.onnx`, `zoo evaluate`,\n`zoo inspect` and `zoo verify`" + `. This page is written by a test, which runs the tests of
the ONNX standard 1.12 (Debian's libonnx-testdata), each model as a trace and as
its replay:

    go test ./export/onnxrun -run TestStandard -update

| tests | passed | of |
|---|--:|--:|
`)
	suites, operators := map[string]*tally{}, map[string]*tally{}
	at := func(m map[string]*tally, key string) *tally {
		if m[key] == nil {
			m[key] = &tally{}
		}
		return m[key]
	}
	for _, o := range all {
		at(suites, o.suite).add(o)
		if o.suite == "node" {
			name := severalOperators
			if len(o.operators) == 1 {
				name = o.operators[0]
			}
			at(operators, name).add(o)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(suites)) {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", s, suites[s].passed, suites[s].all)
	}
	since := onnxrun.Operators()
	for name := range since {
		at(operators, name)
	}
	b.WriteString("\n## Supported\n\nThe opset from whose form on an operator is known, up to opset 17, and its single-node\ntests.\n\n| operator | from opset | passed | of |\n|---|--:|--:|--:|\n")
	for _, name := range slices.Sorted(maps.Keys(operators)) {
		t := operators[name]
		if first := since[name]; first > 0 {
			fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", name, first, t.passed, t.all)
		}
	}
	t := operators[severalOperators]
	fmt.Fprintf(&b, "| %s | | %d | %d |\n", severalOperators, t.passed, t.all)
	b.WriteString("\n## Not supported\n\nA model that needs one of these is refused with the operator's name, its node and the\nopset.\n\n| operator | tests |\n|---|--:|\n")
	for _, name := range slices.Sorted(maps.Keys(operators)) {
		if since[name] == 0 && name != severalOperators {
			fmt.Fprintf(&b, "| %s | %d |\n", name, operators[name].all)
		}
	}
	b.WriteString("\n## Tests of supported operators that fail\n\nStrings, bfloat16, sequences, optionals and subgraphs are not supported. Dropout in\ntraining mode is random. Resize takes the resized extent for a whole number where the\nstandard's reference does not; onnxruntime and PyTorch do the same.\n\n")
	for _, o := range all {
		if o.err != nil && len(o.operators) > 0 && !slices.ContainsFunc(o.operators, func(name string) bool { return since[name] == 0 }) {
			fmt.Fprintf(&b, "- %s/%s\n", o.suite, o.name)
		}
	}
	return b.String()
}
