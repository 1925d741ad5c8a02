package xapitest

import "syscall"

// DiskUse returns how many bytes the uploads take of the disk.
func (s *Server) DiskUse() (int64, error) {
	var stat syscall.Stat_t
	err := syscall.Fstat(int(s.spool.file.Fd()), &stat)
	return stat.Blocks * 512, err
}
