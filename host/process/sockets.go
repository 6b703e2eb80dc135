package process

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// maxSocketFolder bounds the length of the folder's path: a Unix socket's whole
// path has 108 bytes on Linux and 104 elsewhere, and go-plugin appends
// "/plugin-dir1234567890/plugin1234567890".
const maxSocketFolder = 60

var socketFolderName = regexp.MustCompile(`^ganzoo-([0-9]+)-[0-9]+$`)

// socketFolder makes a folder that only the user can enter (0700) for the
// sockets of one plugin process. Those that killed hosts left behind are
// removed on the way.
func socketFolder() (string, error) {
	base := os.TempDir()
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			base = dir
		}
	}
	pattern := fmt.Sprintf("ganzoo-%d-", os.Getpid())
	const random = 10 // digits that MkdirTemp appends
	if len(base)+len("/")+len(pattern)+random > maxSocketFolder {
		base = "/tmp" // too long a TMPDIR, as test frameworks make them
	}
	sweepSockets(base)
	dir, err := os.MkdirTemp(base, pattern)
	if err != nil && base != os.TempDir() {
		dir, err = os.MkdirTemp("", pattern)
	}
	return dir, err
}

// sweepSockets removes the folders of hosts that are gone. Others' folders
// cannot be removed and stay.
func sweepSockets(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		m := socketFolderName.FindStringSubmatch(e.Name())
		if m == nil || !e.IsDir() {
			continue
		}
		if pid, err := strconv.Atoi(m[1]); err == nil && !exists(pid) {
			os.RemoveAll(filepath.Join(base, e.Name()))
		}
	}
}
