package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	// patience is how long an origin may take to send its first byte.
	patience = 5 * time.Second
	// stall is how long it may pause after that: slow is fine, silent is not.
	stall = 30 * time.Second
)

// rawFile is one file of a dataset as its authors published it, unpacked.
type rawFile struct {
	name   string
	bytes  int64
	sha256 string
}

// origin is a place that may have a dataset's raw files.
type origin interface {
	// String names the place for the user.
	String() string
	// fetch hands each wanted file to the intake, as far as it has them, and
	// returns why any is missing. An error of the intake for one file need not
	// end the fetching of the others.
	fetch(ctx context.Context, want []rawFile, in *intake) error
}

// together is the errors of several files as one, on one line; nil for none.
func together(failures []error) error {
	if len(failures) == 0 {
		return nil
	}
	said := make([]string, len(failures))
	for i, err := range failures {
		said[i] = err.Error()
	}
	return errors.New(strings.Join(said, "; "))
}

// errUnavailable says that an origin cannot be asked at all (not installed,
// not configured); it is passed over in the account of what was tried.
var errUnavailable = errors.New("not available")

// gather asks one origin after the other for what is still missing, and
// checks every file. It returns the files by name and the origins that gave
// them.
func gather(ctx context.Context, dataset string, want []rawFile, origins []origin, o *Options) (map[string][]byte, string, error) {
	in := &intake{got: map[string][]byte{}}
	for _, f := range want {
		in.total += f.bytes
	}
	var from, failures []string
	for _, origin := range origins {
		missing := want[:0:0]
		for _, f := range want {
			if in.got[f.name] == nil {
				missing = append(missing, f)
			}
		}
		if len(missing) == 0 {
			break
		}
		before := len(in.got)
		in.ctx, in.shown = ctx, in.done
		in.report = func(done int64) {
			o.progress(Progress{Dataset: dataset, Origin: origin.String(), Unit: "bytes", Done: done, Total: in.total})
		}
		err := origin.fetch(ctx, missing, in)
		if ctx.Err() != nil {
			return nil, "", canceled(ctx, "stopped while fetching "+dataset)
		}
		if err != nil && !errors.Is(err, errUnavailable) {
			failures = append(failures, fmt.Sprintf("%s: %v", origin, err))
		}
		if len(in.got) > before {
			from = append(from, origin.String())
		}
	}
	if len(in.got) < len(want) {
		if len(failures) == 0 {
			failures = append(failures, "there is no place to ask")
		}
		return nil, "", errors.New(strings.Join(failures, "; "))
	}
	return in.got, strings.Join(from, ", "), nil
}

// intake checks and keeps the files that origins hand in, and reports how far
// that has come.
type intake struct {
	ctx    context.Context
	got    map[string][]byte
	done   int64 // bytes of the files kept
	total  int64 // bytes of all files
	shown  int64 // last reported; an origin's progress never goes back
	report func(done int64)
}

// take keeps a file that is, gzipped or not, the one that was published.
func (in *intake) take(f rawFile, r io.Reader) error {
	b, err := checked(f, &cancelable{r, in.ctx}, func(n int64) { in.show(in.done + n) })
	if err != nil {
		return err
	}
	in.got[f.name] = b
	in.done += f.bytes
	return nil
}

// arriving reports a share of all files that is on its way, packed together.
func (in *intake) arriving(share float64) {
	in.show(in.done + int64(min(share, 1)*float64(in.total-in.done)))
}

func (in *intake) show(done int64) {
	in.shown = max(in.shown, done)
	in.report(in.shown)
}

// checked reads one file, unpacking it if it is gzipped, and refuses it unless
// it is the one that was published. It never keeps more than the file's size.
func checked(f rawFile, r io.Reader, report func(n int64)) ([]byte, error) {
	r, err := maybeGzip(r)
	if err != nil {
		return nil, cause(f, err)
	}
	content := make([]byte, 0, f.bytes+1)
	hash := sha256.New()
	for int64(len(content)) <= f.bytes {
		piece := content[len(content):min(cap(content), len(content)+1<<20)]
		n, err := r.Read(piece)
		hash.Write(piece[:n])
		content = content[:len(content)+n]
		report(min(int64(len(content)), f.bytes))
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, cause(f, err)
		}
	}
	switch {
	case int64(len(content)) < f.bytes:
		return nil, fmt.Errorf("%s is truncated: %d bytes of %d", f.name, len(content), f.bytes)
	case int64(len(content)) > f.bytes:
		return nil, fmt.Errorf("%s is longer than the %d bytes it should have", f.name, f.bytes)
	case hex.EncodeToString(hash.Sum(nil)) != f.sha256:
		return nil, fmt.Errorf("%s is altered: its SHA-256 is not the published one", f.name)
	}
	return content, nil
}

func cause(f rawFile, err error) error { return fmt.Errorf("%s: %w", f.name, err) }

// cancelable ends a read when the context does, for readers that do not.
type cancelable struct {
	r   io.Reader
	ctx context.Context
}

func (r *cancelable) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
