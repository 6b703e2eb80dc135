package e2e

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// TestReproduce follows every protocol: those that work an answer out whole, the
// others cut short, twice, since the same command goes on.
func TestReproduce(t *testing.T) {
	skipUnlessAsked(t)
	zoo := build(t)
	// With the caller's cache: what is fetched there is not what is tested.
	dir := t.TempDir()
	user := &shell{t, dir, os.Environ()}
	var protocols []struct{ Name string }
	decode(t, user.run(zoo, "reproduce", "--json"), &protocols)
	if len(protocols) < 10 {
		t.Fatalf("%d protocols are listed", len(protocols))
	}
	whole := []string{"dirac", "fgan-1d"}
	for _, p := range protocols {
		t.Run(p.Name, func(t *testing.T) {
			user := &shell{t, dir, os.Environ()}
			args := []string{"reproduce", p.Name, "--json", "--quiet"}
			if !slices.Contains(whole, p.Name) {
				args = append(args, "--short")
			}
			first, again := user.run(zoo, args...), ""
			if !slices.Contains(whole, p.Name) {
				again = user.run(zoo, args...)
			}
			if again != "" && again != first {
				t.Errorf("the second time the figures are others:\n%s\n%s", first, again)
			}
			var r struct {
				Whole bool
				Rows  []struct {
					What, Published string
					Values          []*float64
				}
			}
			decode(t, first, &r)
			if !r.Whole || len(r.Rows) == 0 {
				t.Fatalf("not whole, or without rows: %s", first)
			}
			for _, row := range r.Rows {
				if len(row.Values) == 0 || slices.Contains(row.Values, nil) {
					t.Errorf("%s: there is no figure", row.What)
				}
			}
		})
	}
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
