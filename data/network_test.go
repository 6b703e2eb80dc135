package data

import (
	"os"
	"testing"
	"time"
)

// TestRealOrigins resolves the published datasets from an empty cache, over
// the network. It runs when GANZOO_TEST_NETWORK is set.
func TestRealOrigins(t *testing.T) {
	if os.Getenv("GANZOO_TEST_NETWORK") == "" {
		t.Skip("GANZOO_TEST_NETWORK is not set")
	}
	for _, name := range []string{"mnist", "fashion-mnist"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			last := Progress{}
			o := Options{CacheDir: dir, Progress: func(p Progress) {
				if p.Origin != last.Origin || p.Done > last.Done+p.Total/8 {
					t.Logf("%s: %d of %d %s", p.Origin, p.Done, p.Total, p.Unit)
				} else {
					return
				}
				last = p
			}}
			start := time.Now()
			d, err := Resolve(t.Context(), name, o)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, %v, %d examples in %v", d.Fingerprint, d.Shape, d.Count, time.Since(start))
			start = time.Now()
			if _, err := Resolve(t.Context(), name, o); err != nil {
				t.Fatal(err)
			}
			t.Logf("again, from the cache, in %v", time.Since(start))
		})
	}
}
