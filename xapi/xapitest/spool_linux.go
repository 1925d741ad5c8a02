package xapitest

import (
	"os"
	"syscall"
)

// The mode of fallocate(2) that makes a hole in a file and leaves its size: FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE.
const punchHole = 0x01 | 0x02

// giveBack returns a stretch of the file to the disk. A file system that has no holes keeps it, until it is written again.
func giveBack(file *os.File, offset, size int64) {
	_ = syscall.Fallocate(int(file.Fd()), punchHole, offset, size)
}
