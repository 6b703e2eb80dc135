package cli

import (
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
)

// exitCode is one row of the table that `zoo help exit-codes` and
// docs/exit-codes.md show.
type exitCode struct {
	Code    int
	Kind    fault.Kind
	Meaning string
}

// exitCodes has one row for every kind of fault. Codes are part of the
// command's contract with scripts: a new kind takes a new code, none changes.
var exitCodes = []exitCode{
	{1, fault.Internal, "a defect of zoo or of a plugin; `--debug` shows where"},
	{2, fault.Usage, "a wrong command, flag, argument or parameter value"},
	{3, fault.NotFound, "an unknown variant, dataset or run; no such model or checkpoint"},
	{4, fault.Data, "data missing, corrupt, or unfit for the variant"},
	{5, fault.Plugin, "a plugin died, hangs, or breaks the protocol"},
	{6, fault.Diverged, "training ended on NaN or exploding losses; a good checkpoint written before is kept"},
	{7, fault.Checkpoint, "a checkpoint is corrupt, foreign, or does not fit the run"},
	{8, fault.IO, "the disk is full, or a file or folder cannot be read or written"},
	{9, fault.Verify, "an exported model does not answer as its plugin does; nothing was left in place"},
	{130, fault.Canceled, "stopped by the user before it could finish (Ctrl-C; Ctrl-C twice while training)"},
}

// exitCodeOf returns the process's exit code for what a verb returned.
func exitCodeOf(err error) int {
	if err == nil {
		return 0
	}
	kind := fault.KindOf(err)
	for _, c := range exitCodes {
		if c.Kind == kind {
			return c.Code
		}
	}
	return 1
}

// exitCodesText is the body of `zoo help exit-codes`.
func exitCodesText() string {
	var b strings.Builder
	b.WriteString("zoo ends with one of these codes:\n\n")
	row := func(code int, kind, meaning string) {
		lines := text.Wrap(strings.ReplaceAll(meaning, "`", ""), 80-len("  130  input/output  "))
		fmt.Fprintf(&b, "  %3d  %-12s  %s\n", code, kind, strings.Join(lines, "\n"+strings.Repeat(" ", 21)))
	}
	row(0, "done", exitDone)
	for _, c := range exitCodes {
		row(c.Code, c.Kind.String(), c.Meaning)
	}
	return b.String()
}

const exitDone = "the command did what it was asked to; a training stopped by one Ctrl-C is saved and counts as done"
