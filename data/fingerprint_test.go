package data

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
)

func TestFingerprint(t *testing.T) {
	_, files := digits()
	dir := t.TempDir()
	for _, name := range []string{trainImages, trainLabels} {
		writeFile(t, filepath.Join(dir, name), files[name])
	}
	d, err := Import(t.Context(), dir, "my-digits", Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Fingerprint(d); err != nil || got != d.Fingerprint {
		t.Errorf("got %s, %v, want %s", got, err, d.Fingerprint)
	}
	f, err := os.OpenFile(d.TrainX, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Write([]byte{0})
	f.Close()
	if got, err := Fingerprint(d); err != nil || got == d.Fingerprint {
		t.Errorf("changed data: got %s, %v", got, err)
	}
	os.Remove(d.TrainY)
	if _, err := Fingerprint(d); fault.KindOf(err) != fault.Data {
		t.Errorf("missing data: got %v", err)
	}
}
