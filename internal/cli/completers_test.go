package cli

import (
	"strings"
	"testing"
)

// TestCompletion: what is offered behind the words of a line, and what is not.
func TestCompletion(t *testing.T) {
	for _, tt := range []struct{ line, offer, not string }{
		{"info ", "wgangp", ""},
		{"info catgan ", ":4", "wgangp"},
		{"train catgan --data ", "fashion-mnist", ""},
		{"train wgangp --arch ", "dcgan28", ""},
		{"train wgangp --set ", "lambda=", "one-sided"},
		{"train wgangp --set penalty=", "penalty=one-sided", "lambda="},
		{"compare catgan ", "wgangp", "catgan"},
		{"compare catgan wgangp --measures ", "fid", ""},
		{"plugin remove ", ":4", "wgangp"},
		{"export wgangp ", "html", ""},
		{"timelapse wgangp ", "gif", "wgangp"},
		{"sample ", ":0", ""}, // files too
		{"--log-level ", "debug", ""},
		{"completion ", "fish", ""},
	} {
		s := newSession(t)
		s.run(append([]string{"__complete"}, strings.Split(tt.line, " ")...)...)
		if !strings.Contains(s.out.String(), tt.offer) || tt.not != "" && strings.Contains(s.out.String(), tt.not) {
			t.Errorf("%q wants %q and not %q, got\n%s", tt.line, tt.offer, tt.not, s.out)
		}
	}
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		s := newSession(t)
		if code := s.run("completion", shell); code != 0 || !strings.Contains(s.out.String(), "zoo") {
			t.Errorf("%s: code %d, %d bytes", shell, code, s.out.Len())
		}
	}
}
