package cli

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/export/webpage"
)

func TestPageCodes(t *testing.T) {
	got := pageCodes("c1: columns 62 to 71, one-hot; c2: column 72, −1…1")
	want := []webpage.Code{{Name: "c1", At: 62, Width: 10}, {Name: "c2", At: 72, Width: 1}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := pageCodes(""); got != nil {
		t.Errorf("without codes: %v", got)
	}
}
