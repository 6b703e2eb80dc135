package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestReadTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	for _, tt := range []struct {
		content string
		want    [][]float64 // nil: refused
	}{
		{"1\n2.5\n", [][]float64{{1}, {2.5}}},
		{"\ufeff1, 2\r\n\r\n3,-4e2", [][]float64{{1, 2}, {3, -400}}},
		{"", nil}, {"\n\n", nil}, {"a\n", nil}, {"1,,2\n", nil}, {"1;2\n", nil},
	} {
		if err := os.WriteFile(path, []byte(tt.content), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := readTable(path, "")
		if diff := cmp.Diff(tt.want, got); diff != "" || (err != nil) != (tt.want == nil) {
			t.Errorf("%q: %v\n%s", tt.content, err, diff)
		}
		if err != nil && fault.KindOf(err) != fault.Data {
			t.Errorf("%q: %v", tt.content, err)
		}
	}
	if _, err := readTable(filepath.Join(t.TempDir(), "none.csv"), ""); fault.KindOf(err) != fault.Data {
		t.Errorf("no such file: %v", err)
	}
}

func FuzzParseTable(f *testing.F) {
	f.Add([]byte("1\n2\n"))
	f.Add([]byte("\ufeff0.5, 1e400\r\nNaN\n,\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		table, err := parseTable(content)
		if (err == nil) != (len(table) > 0) {
			t.Errorf("%d lines and error %v", len(table), err)
		}
		for _, row := range table {
			if len(row) == 0 {
				t.Error("a line of no numbers")
			}
		}
	})
}
