// Package fault is the one error type a user ever reads: what went wrong,
// where, and how to mend it. Every package that can meet a user's mistake
// returns it; the plugin protocol carries its kind across the process
// boundary, and the command turns the kind into an exit code.
//
// It is a leaf: it imports nothing of this module.
package fault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Kind classes an error by what the user should do about it. Each kind has one
// documented exit code (docs/exit-codes.md).
type Kind int

const (
	Internal   Kind = iota // a defect of ours or of a plugin; exit code 1
	Usage                  // wrong flag, argument or parameter value; 2
	NotFound               // unknown variant, dataset or run; 3
	Data                   // data missing, corrupt or unfit; 4
	Plugin                 // a plugin died, hangs or breaks the protocol; 5
	Diverged               // training stopped on NaN or exploding losses; 6
	Checkpoint             // a checkpoint is corrupt, foreign or does not fit; 7
	IO                     // disk full, folder read-only, file not writable; 8
	Verify                 // an exported file does not answer as its plugin does; 9
	Canceled               // stopped by the user before it could finish; 130
)

// names are those of the kinds, in their order.
var names = [...]string{"internal", "usage", "not found", "data", "plugin", "diverged", "checkpoint", "input/output", "verify", "canceled"}

// String is the kind's name: "not found".
func (k Kind) String() string {
	if k < 0 || int(k) >= len(names) {
		return names[Internal]
	}
	return names[k]
}

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes; a name that is not known is Internal.
func (k *Kind) UnmarshalText(text []byte) error {
	*k = Kind(max(0, slices.Index(names[:], string(text))))
	return nil
}

// Error is a sentence for a user, in its parts.
type Error struct {
	Kind  Kind
	What  string // what went wrong: `unknown variant "wgam"`
	Where string // file, flag, parameter or node; may be empty
	Mend  string // how to mend it: `did you mean "wgan"? …`; may be empty
	Err   error  // the cause; may be nil
}

// New returns an Error without a cause.
func New(kind Kind, what, where, mend string) *Error {
	return &Error{Kind: kind, What: what, Where: where, Mend: mend}
}

// Wrap returns an Error around a cause.
func Wrap(kind Kind, err error, what, where, mend string) *Error {
	return &Error{Kind: kind, What: what, Where: where, Mend: mend, Err: err}
}

// Error joins the parts on one line: "what (where): cause; mend".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.What)
	if e.Where != "" {
		fmt.Fprintf(&b, " (%s)", e.Where)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Cause())
	}
	if e.Mend != "" {
		fmt.Fprintf(&b, "; %s", e.Mend)
	}
	return b.String()
}

// Cause words the error's cause, "" where there is none. A path that a file system's
// error repeats is left out when Where has it.
func (e *Error) Cause() string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case e.Err == nil:
		return ""
	case errors.As(e.Err, &path) && isAt(path.Path, e.Where):
		return path.Err.Error()
	case errors.As(e.Err, &link) && isAt(link.New, e.Where):
		return link.Err.Error()
	}
	return e.Err.Error()
}

// isAt reports whether a path is the place that a user is told, under its absolute
// name too, or a hidden file of ours in or beside it.
func isAt(path, where string) bool {
	if path == where || strings.HasSuffix(path, string(filepath.Separator)+filepath.Clean(where)) {
		return true
	}
	dir, file := filepath.Split(path)
	dir = filepath.Clean(dir)
	return strings.HasPrefix(file, ".") && (dir == filepath.Clean(where) || dir == filepath.Dir(where))
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in err's chain, or Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
