package iostreams

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func TestTableInAPipeIsBareTabs(t *testing.T) {
	s, out, _ := Test()
	table := s.Table("NAME", ">YEAR", "TITLE")
	table.Row("gan", "2014", "Generative\tadversarial\nnetwork")
	if err := table.Print(); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "gan\t2014\tGenerative adversarial network\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTableOnATerminalIsAligned(t *testing.T) {
	s, out, _ := Test()
	s.SetTTY(true, false)
	s.noColour = true
	table := s.Table("NAME", ">N", "TITLE")
	table.Row("gan", "7", "μ first")
	table.Row("wgangp", "1,234", strings.Repeat("x", 65)+" y")
	if err := table.Print(); err != nil {
		t.Fatal(err)
	}
	// Without a real terminal the width is 80: 6+2+5+2 columns go before the last.
	want := "NAME        N  TITLE\n" +
		"gan         7  μ first\n" +
		"wgangp  1,234  " + strings.Repeat("x", 65) + "\n" +
		"               y\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestLastColumnOnATerminal(t *testing.T) {
	words := strings.Repeat("word ", 13) // 65 columns with the last space
	for _, test := range []struct {
		name, head, first, last string
		want                    string
	}{
		{"wrapped", "HOW", strings.Repeat("n", 50), words, strings.Repeat("word ", 4) + "word\n" +
			strings.Repeat(" ", 52) + strings.Repeat("word ", 4) + "word\n" + strings.Repeat(" ", 52) + "word word word\n"},
		{"no room to wrap", "HOW", strings.Repeat("n", 70), words, strings.TrimSpace(words) + "\n"},
		{"figures", ">HOW", strings.Repeat("n", 70), "0.7934 ± 0.1209", "0.7934 ± 0.1209\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, out, _ := Test()
			s.SetTTY(true, false)
			s.noColour = true
			table := s.Table("NAME", test.head)
			table.Row(test.first, test.last)
			if err := table.Print(); err != nil {
				t.Fatal(err)
			}
			_, got, _ := strings.Cut(out.String(), "\n")
			if want := test.first + "  " + test.want; got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestWideTableOnATerminal: the widest columns of text give way, figures do not, and
// nothing stands at the end of a line but words.
func TestWideTableOnATerminal(t *testing.T) {
	s, out, _ := Test()
	s.SetTTY(true, false)
	s.noColour = true
	table := s.Table("NAME", "WHAT", ">N", "PAPER")
	table.Row("short", strings.Repeat("what ", 16), "1.0 s", strings.Repeat("paper ", 6))
	table.Row("plain", "a", "12 s", "b")
	if err := table.Print(); err != nil {
		t.Fatal(err)
	}
	// 80 columns less name, figure and gaps leave 64 for both texts.
	want := `NAME   WHAT                                  N  PAPER
short  what what what what what what     1.0 s  paper paper paper paper paper
       what what what what what what            paper
       what what what what
plain  a                                  12 s  b
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

// TestPartedNamesOnATerminal: names are parted where words cannot be kept, and only there.
func TestPartedNamesOnATerminal(t *testing.T) {
	for _, test := range []struct {
		name, operator, want string
	}{
		{"whole words fit", "Conv", `OPERATOR  NAME                        ATTRIBUTES
Conv      /layers/layers/layers/Conv  kernel_shape=[1 1] kernel_shape=[1 1]
`},
		{"no room for whole words", strings.Repeat("o", 50), `OPERATOR                                            NAME           ATTRIBUTES
` + strings.Repeat("o", 50) + `  /layers/       kernel_shape=
                                                    layers/        [1 1]
                                                    layers/Conv    kernel_shape=
                                                                   [1 1]
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, out, _ := Test()
			s.SetTTY(true, false)
			s.noColour = true
			table := s.Table("OPERATOR", "/NAME", "/ATTRIBUTES")
			table.Row(test.operator, "/layers/layers/layers/Conv", "kernel_shape=[1 1] kernel_shape=[1 1]")
			if err := table.Print(); err != nil {
				t.Fatal(err)
			}
			if out.String() != test.want {
				t.Errorf("got\n%s\nwant\n%s", out, test.want)
			}
		})
	}
}

func TestPalette(t *testing.T) {
	s, _, _ := Test()
	if got := s.OutPalette().Bold("x"); got != "x" {
		t.Errorf("painted in a pipe: %q", got)
	}
	s.SetTTY(true, true)
	if got := s.OutPalette().Bold("x"); got != "\x1b[1mx\x1b[0m" {
		t.Errorf("not painted on a terminal: %q", got)
	}
	s.noColour = true
	if got := s.ErrPalette().Red("x"); got != "x" {
		t.Errorf("painted against NO_COLOR: %q", got)
	}
}

func TestDiversion(t *testing.T) {
	var first, second bytes.Buffer
	d := NewDiversion(&first)
	fmt.Fprint(d, "a")
	restore := d.Divert(&second)
	fmt.Fprint(d, "b")
	restore()
	fmt.Fprint(d, "c")
	if first.String() != "ac" || second.String() != "b" {
		t.Errorf("got %q and %q", first.String(), second.String())
	}
}

func TestJSON(t *testing.T) {
	s, out, _ := Test()
	v := map[string]string{"a": "<b>"}
	if err := s.JSON(v); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "{\"a\":\"<b>\"}\n"; got != want {
		t.Errorf("piped: got %q, want %q", got, want)
	}
	out.Reset()
	s.SetTTY(true, false)
	if err := s.JSON(v); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "{\n  \"a\": \"<b>\"\n}\n"; got != want {
		t.Errorf("terminal: got %q, want %q", got, want)
	}
}

func TestHasTrueColour(t *testing.T) {
	for _, tt := range []struct {
		env  map[string]string
		want bool
	}{
		{map[string]string{}, false},
		{map[string]string{"TERM": "xterm-256color"}, false},
		{map[string]string{"COLORTERM": "truecolor"}, true},
		{map[string]string{"COLORTERM": "24bit"}, true},
		{map[string]string{"TERM": "xterm-kitty"}, true},
		{map[string]string{"WT_SESSION": "1"}, true},
	} {
		if got := hasTrueColour(func(k string) string { return tt.env[k] }); got != tt.want {
			t.Errorf("%v: got %v, want %v", tt.env, got, tt.want)
		}
	}
}
