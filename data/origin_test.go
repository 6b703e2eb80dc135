package data

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestGatherAsksOnlyForWhatIsMissing(t *testing.T) {
	set, files := digits()
	altered := slices.Clone(files[trainImages])
	altered[30]++
	first := &memory{name: "first", files: map[string][]byte{
		trainImages: altered,
		trainLabels: files[trainLabels],
		testLabels:  files[testLabels][:9],
	}}
	second := &memory{name: "second", files: map[string][]byte{
		trainImages: gzipped(files[trainImages]),
		trainLabels: []byte("never asked for"),
		testImages:  files[testImages],
		testLabels:  files[testLabels],
	}}
	third := &memory{name: "third"}
	var last Progress
	o := Options{Progress: func(p Progress) {
		if p.Done < last.Done {
			t.Errorf("progress went back from %d to %d", last.Done, p.Done)
		}
		last = p
	}}
	got, from, err := gather(t.Context(), set.name, set.files, []origin{first, second, third}, &o)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if !bytes.Equal(got[name], want) {
			t.Errorf("%s differs", name)
		}
	}
	if from != "first, second" || third.asked != 0 {
		t.Errorf("from %q, third asked %d times", from, third.asked)
	}
	if last.Done != last.Total || last.Unit != "bytes" || last.Dataset != "digits" {
		t.Errorf("the last progress is %+v", last)
	}
}

func TestCheckedRefuses(t *testing.T) {
	set, files := digits()
	f, whole := set.files[0], files[trainImages]
	altered := slices.Clone(whole)
	altered[len(altered)-1] ^= 1
	for _, tt := range []struct {
		name string
		b    []byte
		want string
	}{
		{"empty", nil, "truncated: 0 bytes"},
		{"truncated", whole[:40], "truncated: 40 bytes of 52"},
		{"truncated gzip", gzipped(whole)[:20], "unexpected EOF"},
		{"altered", altered, "altered"},
		{"altered, gzipped", gzipped(altered), "altered"},
		{"web page", []byte("<html>" + strings.Repeat("x", 100)), "longer"},
		{"corrupt gzip", append([]byte{0x1f, 0x8b}, make([]byte, 20)...), "gzip"},
	} {
		_, err := checked(f, bytes.NewReader(tt.b), func(int64) {})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// A gzip bomb is read no further than the file it claims to be is long.
func TestCheckedStopsAtABomb(t *testing.T) {
	set, _ := digits()
	bomb := gzipped(make([]byte, 4<<20))
	most := int64(0)
	_, err := checked(set.files[0], bytes.NewReader(bomb), func(n int64) { most = max(most, n) })
	if err == nil || !strings.Contains(err.Error(), "longer") || most > set.files[0].bytes {
		t.Errorf("got %v after %d bytes", err, most)
	}
}

func TestMirror(t *testing.T) {
	set, files := digits()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/data/")
		asked = append(asked, name)
		if name == testImages+".gz" {
			http.NotFound(w, r)
			return
		}
		w.Write(gzipped(files[strings.TrimSuffix(name, ".gz")]))
	}))
	defer server.Close()
	m := mirrorOrigin{server.URL + "/data/", http.DefaultTransport, time.Minute, time.Minute}
	_, _, err := gather(t.Context(), set.name, set.files, []origin{m}, &Options{})
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("got %v", err)
	}
	if len(asked) != 4 {
		t.Errorf("a missing file ended the fetching: asked for %v", asked)
	}
	if !strings.HasPrefix(m.String(), "127.0.0.1:") {
		t.Errorf("shown as %q", m)
	}
}

// answer is a transport made of a function.
type answer func(*http.Request) (*http.Response, error)

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) { return a(r) }

// trickle gives one byte a second, and an error when the request is cancelled.
type trickle struct {
	ctx context.Context
	b   []byte
}

func (s *trickle) Read(p []byte) (int, error) {
	select {
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	case <-time.After(time.Second):
	}
	if len(s.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:1], s.b)
	s.b = s.b[n:]
	return n, nil
}

func (s *trickle) Close() error { return nil }

func TestMirrorTimes(t *testing.T) {
	set, files := digits()
	want := set.files[:1]
	for _, tt := range []struct {
		name      string
		transport answer
		wantErr   string
		wantTime  time.Duration
	}{
		{"refuses", func(*http.Request) (*http.Response, error) {
			return nil, errors.New("connection refused")
		}, "connection refused", 0},
		{"never answers", func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}, "no answer for 5s", 5 * time.Second},
		{"sends a header and no byte", func(r *http.Request) (*http.Response, error) {
			stuck, _ := io.Pipe()
			context.AfterFunc(r.Context(), func() { stuck.CloseWithError(r.Context().Err()) })
			return &http.Response{StatusCode: 200, Body: stuck, Request: r}, nil
		}, "no answer for 5s", 5 * time.Second},
		{"stops half way", func(r *http.Request) (*http.Response, error) {
			out, in := io.Pipe()
			context.AfterFunc(r.Context(), func() { out.CloseWithError(r.Context().Err()) })
			go in.Write(files[trainImages][:20])
			return &http.Response{StatusCode: 200, Body: out, Request: r}, nil
		}, "no answer for 30s", 30 * time.Second},
		{"slow but sending", func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: &trickle{r.Context(), files[trainImages]}, Request: r}, nil
		}, "", 53 * time.Second}, // 52 bytes and the end
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := mirrorOrigin{"https://mirror.test/", tt.transport, patience, stall}
				start := time.Now()
				_, _, err := gather(t.Context(), set.name, want, []origin{m}, &Options{})
				if tt.wantErr == "" {
					if err != nil {
						t.Errorf("got %v", err)
					}
				} else if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Errorf("got %v, want %q", err, tt.wantErr)
				}
				if took := time.Since(start); took != tt.wantTime {
					t.Errorf("took %v, want %v", took, tt.wantTime)
				}
			})
		})
	}
}

// A server that is down is asked once, not once a file.
func TestMirrorDownIsAskedOnce(t *testing.T) {
	set, _ := digits()
	asked := 0
	m := mirrorOrigin{"https://mirror.test/", answer(func(*http.Request) (*http.Response, error) {
		asked++
		return nil, errors.New("no route to host")
	}), patience, stall}
	if _, _, err := gather(t.Context(), set.name, set.files, []origin{m}, &Options{}); err == nil || asked != 1 {
		t.Errorf("got %v after %d requests", err, asked)
	}
}

func TestGatherIsCancelled(t *testing.T) {
	set, _ := digits()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		silent := answer(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		second := &memory{name: "second"}
		start := time.Now()
		_, _, err := gather(ctx, set.name, set.files, []origin{mirrorOrigin{"https://mirror.test/", silent, patience, stall}, second}, &Options{})
		if fault.KindOf(err) != fault.Canceled || time.Since(start) != 100*time.Millisecond || second.asked != 0 {
			t.Errorf("got %v after %v, second asked %d times", err, time.Since(start), second.asked)
		}
	})
}

func TestFolderOriginNames(t *testing.T) {
	set, files := digits()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, trainImages), files[trainImages])
	writeFile(t, filepath.Join(dir, "digits", "train-labels.idx1-ubyte"), files[trainLabels])
	writeFile(t, filepath.Join(dir, "Digits", "raw", testImages+".gz"), gzipped(files[testImages]))
	writeFile(t, filepath.Join(dir, "t10k-labels.idx1-ubyte.gz"), gzipped(files[testLabels]))
	if _, from, err := gather(t.Context(), set.name, set.files, []origin{set.byHand(dir)}, &Options{}); err != nil || from != dir {
		t.Errorf("got %q, %v", from, err)
	}
}

func TestFolderOriginSaysWhatIsMissing(t *testing.T) {
	set, files := digits()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, trainImages), files[trainImages])
	none := filepath.Join(dir, "none")
	_, _, err := gather(t.Context(), set.name, set.files, []origin{
		set.byHand(dir), set.byHand(none), folderOrigin{label: "a package that is not installed", dirs: []string{none}},
	}, &Options{})
	if err == nil || !strings.Contains(err.Error(), testImages+" is not there; "+testLabels+" is not there") ||
		!strings.Contains(err.Error(), none+": no such folder") || strings.Contains(err.Error(), "not installed") {
		t.Errorf("got %v", err)
	}
}
