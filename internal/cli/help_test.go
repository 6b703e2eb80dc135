package cli

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
)

// TestHelpFitsATerminal: its prose is not wrapped, and 80 columns are what terminals
// open with.
func TestHelpFitsATerminal(t *testing.T) {
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		for line := range strings.Lines(c.Long) {
			if w := runewidth.StringWidth(strings.TrimRight(line, "\n")); w > 80 {
				t.Errorf("%s: %d columns: %s", c.CommandPath(), w, line)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(newRoot(newSession(t).Factory))
}
