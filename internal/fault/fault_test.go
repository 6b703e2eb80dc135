package fault

import (
	"encoding/json"
	"testing"
)

func TestKindsHaveNames(t *testing.T) {
	for k := Internal; k <= Canceled; k++ {
		content, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		var again Kind
		if err := json.Unmarshal(content, &again); err != nil || again != k {
			t.Errorf("%d is written as %s and read as %d, %v", int(k), content, int(again), err)
		}
	}
	if got := Kind(99).String(); got != "internal" {
		t.Errorf("an unknown kind is %q", got)
	}
	var later Kind = Data
	if err := later.UnmarshalText([]byte("of a later version")); err != nil || later != Internal {
		t.Errorf("a name of a later version is %d, %v", int(later), err)
	}
}
