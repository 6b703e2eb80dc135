package zoo

import "github.com/ganzoo/ganzoo/internal/fault"

// Error is the error type that crosses the wire whole: what went wrong, where, and
// how to mend it, in sentences for the user.
type Error = fault.Error

// ErrorKind says what the user should do about an Error; each kind has one exit code
// of the command (docs/exit-codes.md).
type ErrorKind = fault.Kind

// The kinds of errors that a plugin returns. The zero value is a defect of its own.
const (
	UsageError      ErrorKind = fault.Usage      // a wrong setting
	NotFoundError   ErrorKind = fault.NotFound   // what is named is not there
	DataError       ErrorKind = fault.Data       // data missing, corrupt or unfit
	DivergedError   ErrorKind = fault.Diverged   // the training left the rails
	CheckpointError ErrorKind = fault.Checkpoint // a checkpoint is corrupt, foreign or does not fit
	IOError         ErrorKind = fault.IO         // disk full, folder read-only, file not writable
)
