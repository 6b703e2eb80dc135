// Package iostreams is the one place the command prints through. It knows
// which streams are terminals, whether colour is wanted, and how a result
// looks on each: tables on a terminal, tabs in a pipe, JSON when asked.
//
// Results go to Out; logs, progress and errors go to Err.
package iostreams

import (
	"bytes"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// IO is the three streams and what is known of them.
type IO struct {
	In  io.Reader
	Out io.Writer
	Err *Diversion

	outTTY, errTTY bool
	outFile        *os.File // nil when Out is no file
	errFile        *os.File // nil when Err is no file
	noColour       bool
	trueColour     bool
}

// System returns the process's own streams.
func System() *IO {
	return &IO{
		In:         os.Stdin,
		Out:        &results{w: os.Stdout},
		Err:        NewDiversion(os.Stderr),
		outTTY:     term.IsTerminal(int(os.Stdout.Fd())),
		errTTY:     term.IsTerminal(int(os.Stderr.Fd())),
		outFile:    os.Stdout,
		errFile:    os.Stderr,
		noColour:   os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb",
		trueColour: hasTrueColour(os.Getenv),
	}
}

// Test returns streams in memory, no terminals, with what they collect.
func Test() (streams *IO, out, err *bytes.Buffer) {
	out, err = new(bytes.Buffer), new(bytes.Buffer)
	return &IO{In: strings.NewReader(""), Out: &results{w: out}, Err: NewDiversion(err)}, out, err
}

// SetTTY makes the streams pass for terminals, or not, in tests.
func (s *IO) SetTTY(out, err bool) { s.outTTY, s.errTTY = out, err }

// SetOut sends results elsewhere, in tests.
func (s *IO) SetOut(w io.Writer) { s.Out = &results{w: w} }

// OutIsTTY reports whether results are read on a terminal.
func (s *IO) OutIsTTY() bool { return s.outTTY }

// ErrIsTTY reports whether progress is watched on a terminal.
func (s *IO) ErrIsTTY() bool { return s.errTTY }

// ErrFile returns the file under Err for a library that draws on the terminal
// itself, or nil when Err is no terminal.
func (s *IO) ErrFile() *os.File {
	if !s.errTTY {
		return nil
	}
	return s.errFile
}

// Width returns the columns of the terminal that results are read on, 80 when
// that cannot be told.
func (s *IO) Width() int { return width(s.outFile) }

// ErrWidth is Width for the terminal that progress is watched on.
func (s *IO) ErrWidth() int { return width(s.errFile) }

func width(f *os.File) int {
	if f != nil {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

// CanPreview reports whether Err is a terminal that shows pictures made of
// half blocks in 24-bit colour.
func (s *IO) CanPreview() bool { return s.errTTY && s.trueColour && !s.noColour }

// hasTrueColour looks for the ways terminals say that they show 24-bit colour.
func hasTrueColour(getenv func(string) string) bool {
	switch strings.ToLower(getenv("COLORTERM")) {
	case "truecolor", "24bit":
		return true
	}
	t := getenv("TERM")
	return getenv("WT_SESSION") != "" || strings.HasSuffix(t, "-direct") ||
		t == "xterm-kitty" || t == "xterm-ghostty" || strings.HasPrefix(t, "alacritty")
}
