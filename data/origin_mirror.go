package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// mirrorOrigin is a public server that has a dataset's files, gzipped.
type mirrorOrigin struct {
	base      string // URL that a file's name and .gz are added to
	transport http.RoundTripper
	patience  time.Duration
	stall     time.Duration
}

func (o mirrorOrigin) String() string {
	u, err := url.Parse(o.base)
	if err != nil {
		return o.base
	}
	return u.Host
}

// fetch gives a server up at the first file that does not come (it is down,
// or slow to answer), but goes on after one that is missing or wrong.
func (o mirrorOrigin) fetch(ctx context.Context, want []rawFile, in *intake) error {
	var failures []error
	for _, f := range want {
		err := o.fetchFile(ctx, f, in)
		if err != nil {
			failures = append(failures, err)
		}
		if errors.Is(err, errUnreachable) {
			break
		}
	}
	return together(failures)
}

// errUnreachable marks a failure of the server rather than of one file.
var errUnreachable = errors.New("no answer")

// silent is why an origin was given up.
func silent(d time.Duration) error { return fmt.Errorf("%w for %v", errUnreachable, d) }

func (o mirrorOrigin) fetchFile(ctx context.Context, f rawFile, in *intake) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var allowed atomic.Int64
	allowed.Store(int64(o.patience))
	watchdog := time.AfterFunc(o.patience, func() { cancel(silent(time.Duration(allowed.Load()))) })
	defer watchdog.Stop()

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, o.base+f.name+".gz", nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "ganzoo")
	req.Header.Set("Accept-Encoding", "identity") // the file is gzipped itself: leave it so
	resp, err := (&http.Client{Transport: o.transport}).Do(req)
	if err != nil {
		if gaveUp := context.Cause(ctx); gaveUp != nil {
			return gaveUp
		}
		return fmt.Errorf("%w: %w", errUnreachable, withoutURL(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", f.name, resp.Status)
	}
	body := &watched{r: resp.Body, alive: func() {
		allowed.Store(int64(o.stall))
		watchdog.Reset(o.stall)
	}}
	// A gzipped file is never longer than the file but for a few bytes a block.
	err = in.take(f, io.LimitReader(body, f.bytes+f.bytes/1000+1<<10))
	if gaveUp := context.Cause(ctx); gaveUp != nil && err != nil {
		return gaveUp
	}
	return err
}

// withoutURL drops the method and address that net/http puts before a cause.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// watched calls alive whenever bytes arrive.
type watched struct {
	r     io.Reader
	alive func()
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.alive()
	}
	return n, err
}
