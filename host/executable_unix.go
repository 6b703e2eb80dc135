//go:build unix

package host

import "io/fs"

func notExecutable(info fs.FileInfo) bool { return info.Mode().Perm()&0o111 == 0 }
