package text

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable is s with what a terminal would obey, in place of showing it, spelled as
// in Go's source: a foreign model's names may hold commands to the terminal, or turn
// the direction of what follows. Line ends and tabs stay.
func Printable(s string) string {
	if strings.IndexFunc(s, obeyed) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if !obeyed(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
	}
	return b.String()
}

func obeyed(r rune) bool {
	switch r {
	case '\n', '\t':
		return false
	case utf8.RuneError: // a byte that is no UTF-8 may be a control of eight bits
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// Line is Printable on one line, its words parted by single blanks.
func Line(s string) string { return Printable(strings.Join(strings.Fields(s), " ")) }
