package metrics

import (
	"maps"
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/tensor"
)

func TestClassification(t *testing.T) {
	scores := tensor.Of([]float32{1, 3, 2, 5, 5, -1, -3, -2, -1}, 3, 3)
	if got := ArgMax(scores); !slices.Equal(got, []int64{1, 0, 2}) {
		t.Errorf("answers %v, want 1 0 2", got)
	}
	if got := ErrorRate([]int64{1, 2, 3, 4}, []int64{1, 2, 0, 4}); got != 0.25 {
		t.Errorf("error rate %v, want 0.25", got)
	}
	if got := ErrorRate(nil, nil); got != 0 {
		t.Errorf("error rate of nothing %v, want 0", got)
	}
}

func TestMajorityVote(t *testing.T) {
	clusters := []int64{7, 7, 7, 3, 3, 9}
	labels := []int64{1, 1, 0, 5, 4, 0}
	want := map[int64]int64{7: 1, 3: 4, 9: 0} // 3 is a tie
	for range 20 {                            // maps have no order
		if got := MajorityVote(clusters, labels); !maps.Equal(got, want) {
			t.Fatalf("vote %v, want %v", got, want)
		}
	}
}
