package runs

import (
	"slices"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestLosses(t *testing.T) {
	r := create(t, Store{Dir: t.TempDir()}, "gan", noon)
	if _, err := r.Losses(); fault.KindOf(err) != fault.IO {
		t.Errorf("without events: %v", err)
	}
	write(t, r.EventsPath(), []byte(`{"type":"started","step":0}
{"type":"progress","step":1,"losses":{"d":1,"g":5}}
{"type":"progress","step":2,"losses":{"d":2}}
{"type":"progress","step":3,"lo
{"type":"progress","step":4,"losses":{"d":4}}
{"type":"started","step":2}
{"type":"progress","step":3,"losses":{"d":3}}`))
	got, err := r.Losses()
	if err != nil {
		t.Fatal(err)
	}
	if want := []Loss{{1, 1}, {2, 2}, {3, 3}}; !slices.Equal(got["d"], want) {
		t.Errorf("got %v, want %v", got["d"], want)
	}
	if want := []Loss{{1, 5}}; !slices.Equal(got["g"], want) {
		t.Errorf("got %v, want %v", got["g"], want)
	}
}
