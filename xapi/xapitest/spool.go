package xapitest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// spool keeps the bytes of all uploads in one temporary file, so that memory does not grow with them. A segment is
// written to a region of its own: segments may arrive at once, out of order and again, without waiting for each other.
type spool struct {
	file *os.File

	// room is what each region has; what is not written takes no space on the disk.
	room int64

	mu   sync.Mutex
	end  int64
	free []region
}

// region is a stretch of the spool: size bytes from offset.
type region struct{ offset, size int64 }

func newSpool(room int64) (*spool, error) {
	file, err := os.CreateTemp("", "xapitest-*")
	if err != nil {
		return nil, fmt.Errorf("no temporary file for the uploads: %w", err)
	}
	// Where the system lets an open file be removed, nothing is left behind even by a process that is killed.
	_ = os.Remove(file.Name())
	return &spool{file: file, room: room}, nil
}

// reserve returns an unused region.
func (s *spool) reserve() region {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 {
		unused := s.free[last]
		s.free = s.free[:last]
		return unused
	}
	s.end += s.room
	return region{offset: s.end - s.room}
}

// release gives the region back, and what it took of the disk. Nobody may read it any more.
func (s *spool) release(r region) {
	s.mu.Lock()
	defer s.mu.Unlock()
	giveBack(s.file, r.offset, s.room)
	s.free = append(s.free, region{offset: r.offset})
	if len(s.free)*int(s.room) == int(s.end) {
		// Nothing is kept any more: on systems that cannot give a part back, the whole is.
		_ = s.file.Truncate(0)
	}
}

func (s *spool) writer(r region) io.Writer {
	return &boundedWriter{w: io.NewOffsetWriter(s.file, r.offset), left: s.room}
}

func (s *spool) reader(r region) io.Reader {
	return io.NewSectionReader(s.file, r.offset, r.size)
}

// Close removes the file.
func (s *spool) Close() error {
	err := s.file.Close()
	if errors.Is(err, fs.ErrClosed) {
		return nil
	}
	if gone := os.Remove(s.file.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// errTooLong says that more was written than the region has room for.
var errTooLong = errors.New("more bytes than the segment may have")

// boundedWriter writes at most left bytes to w.
type boundedWriter struct {
	w    io.Writer
	left int64
}

func (b *boundedWriter) Write(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		return 0, errTooLong
	}
	n, err := b.w.Write(p)
	b.left -= int64(n)
	if err != nil {
		err = &storeError{err}
	}
	return n, err
}

// storeError says that the disk did not take what it was given: no fault of the client's.
type storeError struct{ error }

func (e *storeError) Unwrap() error { return e.error }

// unstored answers where the disk did not take an upload, and says whether that is why it failed.
func unstored(err error) (answer, bool) {
	var failed *storeError
	if !errors.As(err, &failed) {
		return answer{}, false
	}
	refused := internal(nil)
	refused.hint = "the sandbox cannot keep the bytes: " + failed.Error() + ": make room in " + os.TempDir() + ", or set TMPDIR"
	return refused, true
}
