package runs

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// file is a safetensors file with that header and that many bytes of data.
func file(header string, data int) []byte {
	return append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), make([]byte, data)...)
}

const twoTensors = `{"__metadata__":{"step":"1"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}`

// create makes a run with checkpoints of the given names.
func create(t *testing.T, s Store, variant string, now time.Time, checkpoints ...string) *Run {
	t.Helper()
	r, err := s.Create(variant, "mnist", now)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range checkpoints {
		write(t, filepath.Join(r.CheckpointsDir(), name), file(twoTensors, 12))
	}
	return r
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestIDs(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	for _, c := range []struct{ variant, dataset, want string }{
		{"wgangp", "mnist", "wgangp-mnist-20260102-120000"},
		{"wgangp", "mnist", "wgangp-mnist-20260102-120000-2"},
		{"wgangp", "mnist", "wgangp-mnist-20260102-120000-3"},
		{"gan", "/home/me/My Pictures/", "gan-my-pictures-20260102-120000"},
		{"gan", "../..", "gan-data-20260102-120000"},
		{"gan", "画像", "gan-data-20260102-120000-2"},
	} {
		r, err := s.Create(c.variant, c.dataset, noon)
		if err != nil {
			t.Fatal(err)
		}
		if r.ID != c.want {
			t.Errorf("%s of %s got the id %s, want %s", c.variant, c.dataset, r.ID, c.want)
		}
		for _, dir := range []string{r.CheckpointsDir(), r.SamplesDir(), r.PlotsDir()} {
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				t.Errorf("no folder %s", dir)
			}
		}
	}
}

func TestSaveAndOpen(t *testing.T) {
	r := create(t, Store{Dir: t.TempDir()}, "wgangp", noon)
	r.Status, r.Step = Completed, 1000
	r.Config = zoo.Config{Seed: 1<<64 - 1, Params: map[string]string{"lambda": "10"}, Time: time.Minute}
	if err := r.Save(); err != nil {
		t.Fatal(err)
	}
	got, err := Open(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != Completed || got.Step != 1000 || got.Config.Seed != r.Config.Seed || got.Config.Params["lambda"] != "10" || !got.Created.Equal(noon) || got.Dir != r.Dir {
		t.Errorf("got %+v", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	r := create(t, Store{Dir: t.TempDir()}, "wgangp", noon)
	write(t, filepath.Join(r.Dir, runFile), []byte(`{"id":`))
	for dir, kind := range map[string]fault.Kind{r.Dir: fault.IO, t.TempDir(): fault.NotFound, "/nowhere": fault.NotFound} {
		if _, err := Open(dir); fault.KindOf(err) != kind {
			t.Errorf("%s: got %v, want kind %d", dir, err, kind)
		}
	}
}

// A link stands for the run's own folder, and finds it under either name.
func TestLink(t *testing.T) {
	r := create(t, Store{Dir: t.TempDir()}, "wgangp", noon)
	s := Store{Dir: t.TempDir()}
	if err := os.Symlink(r.Dir, filepath.Join(s.Dir, "mine")); err != nil {
		t.Skip(err) // a Windows without the right to make links
	}
	for _, ref := range []string{"mine", filepath.Join(s.Dir, "mine"), r.ID} {
		got, err := s.Find(ref)
		if err != nil {
			t.Fatal(err)
		}
		if want, _ := filepath.EvalSymlinks(r.Dir); got.Dir != want || got.ID != r.ID {
			t.Errorf("%s: got %s in %s", ref, got.ID, got.Dir)
		}
	}
}

// A run is running while a process holds its lock, whatever run.json says.
func TestInterrupted(t *testing.T) {
	r := create(t, Store{Dir: t.TempDir()}, "wgangp", noon, "step-00000007.safetensors")
	status := func() string {
		t.Helper()
		got, err := Open(r.Dir)
		if err != nil {
			t.Fatal(err)
		}
		return got.Status
	}
	if s := status(); s != Interrupted {
		t.Errorf("without a process it is %s", s)
	}
	unlock, err := r.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if s := status(); s != Running {
		t.Errorf("with a process it is %s", s)
	}
	if _, err := r.Lock(); fault.KindOf(err) != fault.Usage {
		t.Errorf("a second process got %v", err)
	}
	unlock()
	if s := status(); s != Interrupted {
		t.Errorf("after the process it is %s", s)
	}
	if got, _ := Open(r.Dir); got.Step != 7 {
		t.Errorf("it was interrupted at step %d, its checkpoint is of step 7", got.Step)
	}
}

func TestLastCheckpoint(t *testing.T) {
	r := create(t, Store{Dir: t.TempDir()}, "wgangp", noon)
	if _, err := r.Checkpoint(); fault.KindOf(err) != fault.NotFound {
		t.Errorf("without one: %v", err)
	}
	write(t, filepath.Join(r.CheckpointsDir(), "step-00000100.safetensors"), file(twoTensors, 11))
	if _, err := r.Checkpoint(); fault.KindOf(err) != fault.Checkpoint {
		t.Errorf("with one that is cut short: %v", err)
	}
	in := func(name string) string { return filepath.Join(r.CheckpointsDir(), name) }
	write(t, in("step-00000900.safetensors"), file(twoTensors, 12))
	write(t, in("step-1000.safetensors"), file(twoTensors, 12))
	// None of these is a whole checkpoint.
	write(t, in("step-00001100.safetensors"), file(twoTensors, 11))
	write(t, in("step-00001200.safetensors"), file(twoTensors, 13))
	write(t, in("step-00001300.safetensors"), nil)
	write(t, in("step-00001400.safetensors"), file(`{"a":`, 12))
	write(t, in("step-00001500.safetensors"), []byte("\xff\xff\xff\xff\xff\xff\xff\xff{}"))
	write(t, in("step-00001600.safetensors"), file(`{"a":{"data_offsets":[4,0]}}`, 0))
	write(t, in("step-00001700.txt"), file(twoTensors, 12))
	write(t, in(".step-00001800.safetensors.123.tmp"), file(twoTensors, 12))
	if err := os.Mkdir(in("step-00001900.safetensors"), 0o755); err != nil {
		t.Fatal(err)
	}
	path, err := r.Checkpoint()
	if err != nil || filepath.Base(path) != "step-1000.safetensors" {
		t.Errorf("got %s, %v", path, err)
	}
	if got := filepath.Base(r.PassedOver()); got != "step-00001900.safetensors" {
		t.Errorf("passed over %s", got)
	}
	write(t, in("step-2000.safetensors"), file(twoTensors, 12))
	if got := r.PassedOver(); got != "" {
		t.Errorf("passed over %s for a later one", got)
	}
	inRun := filepath.Join(r.Dir, ".run.json.123.tmp")
	write(t, inRun, []byte("{"))
	r.SweepUnfinished()
	for _, unfinished := range []string{in(".step-00001800.safetensors.123.tmp"), inRun} {
		if _, err := os.Stat(unfinished); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was not swept", unfinished)
		}
	}
	if _, err := os.Stat(in("step-00001100.safetensors")); err != nil {
		t.Error("a file that is not the sweep's was removed")
	}
}

func TestFind(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	old := create(t, s, "wgangp", noon, "step-1.safetensors")
	latest := create(t, s, "wgangp", noon.Add(time.Hour), "step-1.safetensors")
	create(t, s, "wgangp", noon.Add(2*time.Hour)) // nothing to sample from
	create(t, s, "gan", noon)
	write(t, filepath.Join(s.Dir, "notes.txt"), nil)
	for _, c := range []struct {
		ref, want string
		kind      fault.Kind
		mend      string
	}{
		{ref: "wgangp", want: latest.ID},
		{ref: old.ID, want: old.ID},
		{ref: old.Dir, want: old.ID},
		{ref: old.Dir + "/", want: old.ID},
		{ref: "gan", kind: fault.NotFound, mend: "zoo train gan"},
		{ref: "wgamgp", kind: fault.NotFound, mend: `did you mean "wgangp"?`},
		{ref: "./nothing", kind: fault.NotFound, mend: "zoo runs"},
		{ref: "", kind: fault.Usage, mend: "zoo runs"},
	} {
		r, err := s.Find(c.ref)
		if c.want != "" {
			if err != nil || r.ID != c.want {
				t.Errorf("%q: got %+v, %v", c.ref, r, err)
			}
			continue
		}
		if fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.mend) {
			t.Errorf("%q: got %v", c.ref, err)
		}
	}
	list, err := s.List()
	if err != nil || len(list) != 4 || list[0].Created.Before(list[1].Created) {
		t.Errorf("listed %d runs, %v", len(list), err)
	}
	write(t, filepath.Join(old.Dir, runFile), []byte("{"))
	if list, err = s.List(); err != nil || len(list) != 4 || list[0].ID != old.ID || list[0].Status != Damaged || list[0].Failure == "" {
		t.Errorf("with a damaged one, listed %+v, %v", list[0], err)
	}
	if _, err := s.Find(old.ID); fault.KindOf(err) != fault.IO {
		t.Errorf("a damaged one is found: %v", err)
	}
	write(t, filepath.Join(latest.CheckpointsDir(), "step-1.safetensors"), nil)
	if _, err := s.Find("wgangp"); fault.KindOf(err) != fault.Checkpoint || !strings.Contains(err.Error(), "cut short") {
		t.Errorf("a variant with a checkpoint cut short: %v", err)
	}
	if list, err := (Store{Dir: filepath.Join(s.Dir, "nothing")}).List(); err != nil || list != nil {
		t.Errorf("a missing folder has %v, %v", list, err)
	}
}

func FuzzDataEnd(f *testing.F) {
	f.Add([]byte(twoTensors))
	f.Add([]byte(`{"a":{"data_offsets":[0,9223372036854775807]}}`))
	f.Add([]byte(`{"a":[]}`))
	f.Fuzz(func(t *testing.T, header []byte) {
		if end, ok := dataEnd(header); ok && end < 0 {
			t.Errorf("a file would end at %d", end)
		}
	})
}

// A run without a checkpoint is waited for while it is trained.
func TestFirstCheckpoint(t *testing.T) {
	s := Store{Dir: t.TempDir()}
	r := create(t, s, "gan", noon)
	find := func(mend string) {
		t.Helper()
		if _, err := s.Find("gan"); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), mend) {
			t.Errorf("got %v, want %q", err, mend)
		}
	}
	find("zoo train gan --data mnist")
	unlock, err := r.Lock()
	if err != nil {
		t.Fatal(err)
	}
	find("wait for the first one of " + r.ID)
	running, err := Open(r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := running.Checkpoint(); !strings.Contains(err.Error(), "wait for the first one") {
		t.Errorf("got %v", err)
	}
	unlock()
	find("zoo train gan --data mnist")
}

func TestFindCheckpoint(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "step-1.safetensors", nil)
	if path, err := FindCheckpoint("step-1.safetensors"); err != nil || !filepath.IsAbs(path) {
		t.Errorf("got %q, %v", path, err)
	}
	for _, path := range []string{"step-2.safetensors", dir, "step-1.safetensors/x"} {
		if _, err := FindCheckpoint(path); fault.KindOf(err) != fault.NotFound || !strings.Contains(err.Error(), "leave --from out") {
			t.Errorf("%s: got %v", path, err)
		}
	}
}
