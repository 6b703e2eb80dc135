package cli

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/ganzoo/ganzoo/plugins"
)

// On a terminal of 80 columns a list has each variant's title whole.
func TestListFits(t *testing.T) {
	s := newSession(t)
	s.Builtins = plugins.Descriptions
	s.IO.SetTTY(true, true)
	for _, verb := range []string{"list", "data list"} {
		s.out.Reset()
		if code := s.run(strings.Fields(verb)...); code != 0 {
			t.Fatal(s.err)
		}
		_, rows, _ := strings.Cut(s.out.String(), "\n") // the heading has colours
		for line := range strings.Lines(rows) {
			if n := runewidth.StringWidth(strings.TrimRight(line, "\n")); n > 80 || strings.Contains(line, "…") {
				t.Errorf("zoo %s: %d columns: %s", verb, n, line)
			}
		}
	}
	s.out.Reset()
	s.run("list")
	words := strings.Join(strings.Fields(s.out.String()), " ")
	for _, v := range plugins.Descriptions() {
		for _, word := range strings.Fields(v.Title) {
			if !strings.Contains(words, word) {
				t.Errorf("%s: the title lacks %q", v.Name, word)
			}
		}
	}
}
