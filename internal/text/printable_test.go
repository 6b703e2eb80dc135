package text

import "testing"

func TestPrintable(t *testing.T) {
	for _, tt := range []struct{ s, printable, line string }{
		{"", "", ""},
		{"W₁ of 3×28×28, “µ” 世界", "W₁ of 3×28×28, “µ” 世界", "W₁ of 3×28×28, “µ” 世界"},
		{"two\nlines\tof\n", "two\nlines\tof\n", "two lines of"},
		{"\x1b[31mred\x07", `\x1b[31mred\a`, `\x1b[31mred\a`},
		{"over\rwritten", `over\rwritten`, "over written"},
		{"\u009b2Jcleared", `\u009b2Jcleared`, `\u009b2Jcleared`},
		{"\x9b2J", `\ufffd2J`, `\ufffd2J`},
		{"gnp.\u202Excod", `gnp.\u202excod`, `gnp.\u202excod`},
	} {
		if got := Printable(tt.s); got != tt.printable {
			t.Errorf("Printable(%q) is %q, want %q", tt.s, got, tt.printable)
		}
		if got := Line(tt.s); got != tt.line {
			t.Errorf("Line(%q) is %q, want %q", tt.s, got, tt.line)
		}
	}
}
