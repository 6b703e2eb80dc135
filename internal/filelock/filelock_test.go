package filelock

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestOneHolderAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var holders atomic.Int32
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			unlock, err := Lock(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			if n := holders.Add(1); n != 1 {
				t.Errorf("%d hold the lock at once", n)
			}
			time.Sleep(time.Millisecond)
			holders.Add(-1)
		})
	}
	wg.Wait()
}

func TestTryLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := TryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TryLock(path); !errors.Is(err, ErrLocked) {
		t.Errorf("a held lock gave %v", err)
	}
	unlock()
	unlock, err = TryLock(path)
	if err != nil {
		t.Fatalf("a released lock gave %v", err)
	}
	unlock()
}

// Those who only ask do not see each other, and leave no file.
func TestHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if Held(path) {
		t.Error("a lock without a file is held")
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("asking made the file: %v", err)
	}
	unlock, err := TryLock(path)
	if err != nil {
		t.Fatal(err)
	}
	if !Held(path) {
		t.Error("a held lock is not held")
	}
	unlock()
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := lock(reader, how{shared: true}); err != nil {
		t.Fatal(err)
	}
	if Held(path) {
		t.Error("one who asks takes another for the holder")
	}
}

func TestFolderMissing(t *testing.T) {
	if _, err := Lock(filepath.Join(t.TempDir(), "none", "lock")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
