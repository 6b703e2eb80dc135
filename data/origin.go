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

	"github.com/ganzoo/ganzoo/internal/fault"
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
	// fetch hands each wanted file to take, as far as it has them, and returns
	// why any is missing. A reader may give the file gzipped; take unpacks it.
	// An error of take for one file need not end the fetching of the others.
	fetch(ctx context.Context, want []rawFile, take func(f rawFile, r io.Reader) error) error
}

// errUnavailable says that an origin cannot be asked at all (not installed,
// not configured); it is passed over in the account of what was tried.
var errUnavailable = errors.New("not available")

// gather asks one origin after the other for what is still missing, and
// checks every file. It returns the files by name and the origins that gave
// them.
func gather(ctx context.Context, dataset string, want []rawFile, origins []origin, o *Options) (map[string][]byte, string, error) {
	got := map[string][]byte{}
	var from, failures []string
	var done, total int64
	for _, f := range want {
		total += f.bytes
	}
	for _, origin := range origins {
		missing := want[:0:0]
		for _, f := range want {
			if got[f.name] == nil {
				missing = append(missing, f)
			}
		}
		if len(missing) == 0 {
			break
		}
		before := len(got)
		take := func(f rawFile, r io.Reader) error {
			start := done
			b, err := checked(f, &cancelable{r: r, ctx: ctx}, func(n int64) {
				o.progress(Progress{Dataset: dataset, Origin: origin.String(), Unit: "bytes", Done: start + n, Total: total})
			})
			if err != nil {
				return err
			}
			got[f.name] = b
			done += f.bytes
			return nil
		}
		err := origin.fetch(ctx, missing, take)
		if ctx.Err() != nil {
			return nil, "", canceled(ctx, "stopped while fetching "+dataset)
		}
		if err != nil && !errors.Is(err, errUnavailable) {
			failures = append(failures, fmt.Sprintf("%s: %v", origin, err))
		}
		if len(got) > before {
			from = append(from, origin.String())
		}
	}
	if len(got) < len(want) {
		return nil, "", errors.New(strings.Join(failures, "; "))
	}
	return got, strings.Join(from, ", "), nil
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

// unobtainable is the fault of a dataset that no origin has.
func unobtainable(title, name string, want []rawFile, tried error) error {
	names := make([]string, len(want))
	for i, f := range want {
		names[i] = f.name
	}
	return fault.Wrap(fault.Data, tried, "cannot get "+title, "",
		fmt.Sprintf("bring the files by hand: put %s (as they are or as .gz) into a folder and run `zoo data import FOLDER %s`, or name the folder in GANZOO_DATA",
			strings.Join(names, ", "), name))
}
