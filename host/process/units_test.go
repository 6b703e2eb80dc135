package process

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

func TestParseHandshake(t *testing.T) {
	cert := strings.Repeat("A", 400)
	for line, want := range map[string]handshake{
		"1|1|unix|/tmp/socket|grpc|" + cert:            {contract: 1, mtls: true},
		"1|1|unix|/tmp/socket|grpc|":                   {contract: 1},
		"1|1|tcp|127.0.0.1:1234|grpc":                  {contract: 1},
		" 1|1|unix|/tmp/socket|grpc|" + cert + "|true": {contract: 1, mtls: true},
	} {
		if got, err := parseHandshake("x", line); err != nil || got != want {
			t.Errorf("%.60q: got %+v, %v", line, got, err)
		}
	}
	for line, want := range map[string]string{
		"":                            "something else than its handshake",
		"1|1|unix":                    "something else than its handshake",
		"2|1|unix|/s|grpc|":           `version "2" of go-plugin's handshake`,
		"x|1|unix|/s|grpc|":           `version "x" of go-plugin's handshake`,
		"1|0|unix|/s|grpc|":           `version "0" of the contract`,
		"1|2|unix|/s|grpc|":           "update zoo",
		"1|1|unix|/s|netrpc|":         `speaks "netrpc"`,
		strings.Repeat("\x1b[2J", 99): `\x1b`,
	} {
		if _, err := parseHandshake("x", line); fault.KindOf(err) != fault.Plugin || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", line, err, want)
		}
	}
}

func FuzzParseHandshake(f *testing.F) {
	f.Add("1|1|unix|/tmp/socket|grpc|")
	f.Add("1|99999999999999999999|||||")
	f.Fuzz(func(t *testing.T, line string) {
		h, err := parseHandshake("x", line)
		if err == nil && h.contract != zoo.ProtocolVersion {
			t.Errorf("accepted %q", line)
		}
		if err != nil && strings.ContainsRune(err.Error(), 0x1b) {
			t.Errorf("%q reaches the terminal", line)
		}
	})
}

func TestEnviron(t *testing.T) {
	got := environ([]string{"PATH=/bin", "LC_ALL=C", "GANZOO_CPU=avx2", "OMP_NUM_THREADS=2", "GITHUB_TOKEN=x", "SSH_AUTH_SOCK=/s", "PATHOLOGY=x", zoo.EnvHostPID + "=1", zoo.Handshake.MagicCookieKey + "=x"}, zerolog.WarnLevel)
	slices.Sort(got)
	for _, want := range []string{"PATH=/bin", "LC_ALL=C", "GANZOO_CPU=avx2", "OMP_NUM_THREADS=2", zoo.EnvLogLevel + "=warn"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if len(got) != 6 {
		t.Errorf("got %v", got)
	}
}

func TestLastWords(t *testing.T) {
	for name, c := range map[string]struct{ printed, want string }{
		"nothing":    {"\n\n", ""},
		"some":       {"one\ntwo\n", "its last words: one / two"},
		"many":       {"1\n2\n3\n4\n5\n6\n7\n", "its last words: 3 / 4 / 5 / 6 / 7"},
		"unfinished": {"no line's end", "its last words: no line's end"},
		"panic":      {"before\npanic: no map\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:3\na\nb\nc\nd\ne\n", "panic: no map"},
		"structured": {`{"@level":"error","@message":"out of memory","@timestamp":"2026-01-02T15:04:05.000000Z"}` + "\n", "its last words: out of memory"},
		"not ours":   {`{"@message":3}` + "\n", `its last words: {"@message":3}`},
		"long":       {strings.Repeat("x", 100<<10) + "\n", "its last words: " + strings.Repeat("x", keptWord) + "…"},
	} {
		o := &output{log: zerolog.Nop()}
		o.read(strings.NewReader(c.printed))
		got := ""
		if err := o.lastWords(); err != nil {
			got = err.Error()
		}
		// A line over the limit comes as several pieces.
		if got != c.want && !(name == "long" && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestLogLevels(t *testing.T) {
	var log bytes.Buffer
	o := &output{log: zerolog.New(&log).Level(zerolog.InfoLevel)}
	o.read(strings.NewReader(`{"@level":"debug","@message":"hidden"}
{"@level":"warn","@message":"shown","n":1,"list":[1,"two"]}
plain text is for debugging
fatal error: all goroutines are asleep
`))
	want := `{"level":"warn","list":[1,"two"],"n":1,"message":"shown"}
{"level":"error","message":"fatal error: all goroutines are asleep"}
`
	if log.String() != want {
		t.Errorf("got\n%s", log.String())
	}
}

func FuzzOutput(f *testing.F) {
	f.Add([]byte(`{"@message":3}`))
	f.Add([]byte(`{"@level":"panic","@message":"x","@timestamp":7}` + "\n\x1b[31m\n"))
	f.Add([]byte(`{"@level":"error","@message":"\u001b[2J","\u0007":"\u0007"}`))
	f.Fuzz(func(t *testing.T, printed []byte) {
		var log bytes.Buffer
		o := &output{log: zerolog.New(&log)}
		o.read(bytes.NewReader(printed))
		if bytes.ContainsAny(log.Bytes(), "\x1b\x07") {
			t.Errorf("control characters in %q", log.Bytes())
		}
		if words := o.lastWords(); words != nil && strings.ContainsAny(words.Error(), "\x1b\x07") {
			t.Errorf("control characters in %q", words)
		}
	})
}

func TestHash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte("abc"), 0o644); err != nil {
		t.Fatal(err)
	}
	// FIPS 180-2, appendix B.1.
	const want = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got, err := Hash(path); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	v, err := verify("x", path, want)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.unchanged(); err != nil {
		t.Errorf("unchanged: %v", err)
	}
	// The file is replaced by one with the same content: another file all the same.
	os.Remove(path)
	os.WriteFile(filepath.Join(filepath.Dir(path), "other"), nil, 0o644)
	os.WriteFile(path, []byte("abd"), 0o644)
	if err := v.unchanged(); fault.KindOf(err) != fault.Plugin {
		t.Errorf("replaced: %v", err)
	}
}
