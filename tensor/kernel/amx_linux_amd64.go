package kernel

import "syscall"

// requestTiles asks Linux for the permission to use the tile registers, which
// it gives to a whole process. Linux before 5.16 does not know the question.
func requestTiles() bool {
	const (
		requestPermission = 0x1023 // ARCH_REQ_XCOMP_PERM
		tileData          = 18     // XFEATURE_XTILE_DATA
	)
	_, _, errno := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, requestPermission, tileData, 0)
	return errno == 0
}
