package data

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/npy"
)

// records of a batch that is small enough for a test.
const fewRecords = 2

// smallCIFAR has six batches of two records: record i of batch b is of class
// b+i, and its pixels are b, but for the first one of each plane, which is i.
func smallCIFAR() (set *cifarDataset, batches map[string][]byte) {
	batches = map[string][]byte{}
	for b, name := range cifarFiles {
		var batch []byte
		for i := range fewRecords {
			pixels := bytes.Repeat([]byte{uint8(b)}, cifarPixels)
			for plane := range 3 {
				pixels[plane*cifarSide*cifarSide] = uint8(i)
			}
			batch = append(append(batch, uint8(b+i)), pixels...)
		}
		batches[name] = batch
	}
	return &cifarDataset{name: "cifar10", title: "CIFAR-10", records: fewRecords}, batches
}

func writeBatches(t *testing.T, dir string, batches map[string][]byte) {
	t.Helper()
	for name, b := range batches {
		writeFile(t, filepath.Join(dir, name), b)
	}
}

// archive packs files into a tar file, the last ones first.
func archive(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range slices.Backward(cifarFiles) {
		content, ok := files[name]
		if !ok {
			continue
		}
		if err := w.WriteHeader(&tar.Header{Name: cifarFolder + "/" + name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mend is what a fault tells the user to do.
func mend(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return ""
	}
	return f.Mend
}

func TestCIFARFromFolderAndArchive(t *testing.T) {
	set, batches := smallCIFAR()
	dir := t.TempDir()
	folder := filepath.Join(dir, cifarFolder)
	writeBatches(t, folder, batches)
	writeFile(t, filepath.Join(folder, "readme.html"), []byte("not a batch"))
	plain, packed := filepath.Join(dir, "cifar.tar"), filepath.Join(dir, "Cifar.TGZ")
	writeFile(t, plain, archive(t, batches))
	writeFile(t, packed, gzipped(archive(t, batches)))

	var fingerprints []string
	for _, place := range []string{folder, plain, packed} {
		c := testCache(t)
		m, err := set.resolvePath(t.Context(), c, place, &Options{})
		if err != nil {
			t.Fatal(err)
		}
		d := m.Dataset
		if d.Name != place || !slices.Equal(d.Shape, []int{3, 32, 32}) || d.Count != 5*fewRecords || d.Classes != 10 || m.Classes[3] != "cat" {
			t.Errorf("%s: got %+v", place, d)
		}
		fingerprints = append(fingerprints, d.Fingerprint)
		s, err := Open(d)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.labels, []int64{0, 1, 1, 2, 2, 3, 3, 4, 4, 5}) {
			t.Errorf("%s: labels %v", place, s.labels)
		}
		third := s.bytes[3*cifarPixels:] // the second record of the second batch
		if third[0] != 1 || third[1] != 1 || third[1024] != 1 || s.bytes[2*cifarPixels] != 0 || s.bytes[8*cifarPixels+1] != 4 {
			t.Errorf("%s: the pixels are others", place)
		}
		s.Close()
		test, err := OpenTest(d)
		if err != nil || test.Count != fewRecords || !slices.Equal(test.labels, []int64{5, 6}) {
			t.Errorf("%s: test part %+v, %v", place, test, err)
		}
		test.Close()
	}
	if fingerprints[0] != fingerprints[1] || fingerprints[0] != fingerprints[2] {
		t.Errorf("the same batches have the fingerprints %v", fingerprints)
	}
}

// Under its name, the dataset is what was imported, or what lies in the user's
// folder; and it stays when that is gone.
func TestCIFARByName(t *testing.T) {
	set, batches := smallCIFAR()
	c, dir := testCache(t), t.TempDir()
	t.Setenv("GANZOO_DATA", "")
	_, err := set.resolve(t.Context(), c, &Options{})
	if fault.KindOf(err) != fault.Data || !strings.Contains(mend(err), "zoo data import") {
		t.Errorf("got %v", err)
	}
	if _, err := set.resolve(t.Context(), c, &Options{From: dir}); fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), "no batches") {
		t.Errorf("got %v", err)
	}
	writeBatches(t, filepath.Join(dir, "cifar10"), batches)
	m, err := set.resolve(t.Context(), c, &Options{From: dir})
	if err != nil || m.Dataset.Name != "cifar10" {
		t.Fatalf("got %+v, %v", m, err)
	}
	again, err := set.resolve(t.Context(), c, &Options{})
	if err != nil || again.Dataset.Fingerprint != m.Dataset.Fingerprint {
		t.Errorf("got %+v, %v", again, err)
	}
}

func TestCIFARChangedFolderIsReadAgain(t *testing.T) {
	set, batches := smallCIFAR()
	c, dir := testCache(t), t.TempDir()
	writeBatches(t, dir, batches)
	first, err := set.resolvePath(t.Context(), c, dir, &Options{})
	if err != nil {
		t.Fatal(err)
	}
	batches[cifarTest][5] ^= 1
	path := filepath.Join(dir, cifarTest)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, batches[cifarTest])
	later := info.ModTime().Add(1e9)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	second, err := set.resolvePath(t.Context(), c, dir, &Options{})
	if err != nil || second.Dataset.Fingerprint == first.Dataset.Fingerprint {
		t.Errorf("got %+v, %v", second, err)
	}
}

func TestCIFARRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(batches map[string][]byte)
		want   string
	}{
		{"missing", func(b map[string][]byte) { delete(b, "data_batch_3.bin"); delete(b, cifarTest) }, "there is no data_batch_3.bin, test_batch.bin"},
		{"truncated", func(b map[string][]byte) { b[cifarTest] = b[cifarTest][:100] }, "this file has 100"},
		{"a record short", func(b map[string][]byte) { b[cifarTest] = b[cifarTest][:cifarRecord] }, "this file has 3073"},
		{"longer", func(b map[string][]byte) { b[cifarTest] = append(b[cifarTest], 0) }, "this file has more"},
		{"empty", func(b map[string][]byte) { b["data_batch_1.bin"] = nil }, "this file has 0"},
		{"another class", func(b map[string][]byte) { b["data_batch_2.bin"][cifarRecord] = 10 }, "record 1 is of class 10"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, batches := smallCIFAR()
			tt.change(batches)
			dir := t.TempDir()
			writeBatches(t, dir, batches)
			packed := filepath.Join(t.TempDir(), "x.tar.gz")
			writeFile(t, packed, gzipped(archive(t, batches)))
			for _, place := range []string{dir, packed} {
				_, err := set.resolvePath(t.Context(), testCache(t), place, &Options{})
				if fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), tt.want) || mend(err) == "" {
					t.Errorf("got %v, want %q", err, tt.want)
				}
			}
		})
	}
}

func TestCIFARDamagedArchive(t *testing.T) {
	set, batches := smallCIFAR()
	whole := gzipped(archive(t, batches))
	for name, b := range map[string][]byte{
		"empty": {}, "cut": whole[:len(whole)/2], "text": []byte(strings.Repeat("no archive ", 100)), "cut header": whole[:5],
	} {
		path := filepath.Join(t.TempDir(), "x.tgz")
		writeFile(t, path, b)
		if _, err := set.resolvePath(t.Context(), testCache(t), path, &Options{}); fault.KindOf(err) != fault.Data {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The real batches have 10,000 records: less under the built-in's name is no
// CIFAR-10.
func TestImportOfCIFAR(t *testing.T) {
	_, batches := smallCIFAR()
	dir := t.TempDir()
	writeBatches(t, dir, batches)
	for _, name := range []string{"cifar10", "photos"} {
		_, err := Import(t.Context(), dir, name, Options{CacheDir: t.TempDir()})
		if fault.KindOf(err) != fault.Data || !strings.Contains(err.Error(), "10000 records of 3073 bytes") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Class folders, as sets of pictures are often published, are CIFAR-10 too.
func TestCIFARAsClassFolders(t *testing.T) {
	dir := t.TempDir()
	for _, class := range cifarClasses {
		for part, n := range map[string]int{trainFolder: 2, testFolder: 1} {
			for k := range n {
				writeFile(t, filepath.Join(dir, part, class, fmt.Sprintf("%d.png", k)), pngBytes(t, 32, 32, red))
			}
		}
	}
	m, err := resolve(t.Context(), testCache(t), dir, &Options{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Dataset.Count != 20 || m.Dataset.Classes != 10 || !slices.Equal(m.Classes, cifarClasses) {
		t.Errorf("got %+v, classes %v", m.Dataset, m.Classes)
	}
	test, err := npy.Map(m.Dataset.TestX)
	if err != nil || !slices.Equal(test.Shape, []int{10, 3, 32, 32}) {
		t.Errorf("test part %+v, %v", test, err)
	}
}

func FuzzCIFARArchive(f *testing.F) {
	set, batches := smallCIFAR()
	f.Add(batches[cifarTest][:64])
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "fuzz.tar.gz")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := set.read(t.Context(), path, &Options{}); err == nil && len(got) != len(cifarFiles) {
			t.Fatalf("%d batches are taken for CIFAR-10", len(got))
		} else if err != nil && fault.KindOf(err) != fault.Data {
			t.Fatal(err)
		}
	})
}

func FuzzCheckCIFAR(f *testing.F) {
	_, batches := smallCIFAR()
	f.Add(batches[cifarTest])
	f.Add(batches[cifarTest][:cifarRecord])
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := checkCIFAR(b, "fuzz", fewRecords); err != nil {
			return
		}
		if len(b) != fewRecords*cifarRecord || b[0] > 9 || b[cifarRecord] > 9 {
			t.Fatalf("%d bytes, classes %d and %d pass for a batch", len(b), b[0], b[cifarRecord])
		}
	})
}
