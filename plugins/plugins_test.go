package plugins

import (
	"testing"

	base "github.com/ganzoo/ganzoo/gan"
)

// TestDefaults: each built-in begins with settings that it takes.
func TestDefaults(t *testing.T) {
	for _, v := range Builtins {
		t.Run(v.Name, func(t *testing.T) {
			defer func() {
				if r := recover(); r != nil {
					t.Error(r)
				}
			}()
			base.NewPlugin(v)
		})
	}
}
