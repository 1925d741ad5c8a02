package media

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// checksum tells whether two stretches of bytes are the same: a CRC, which processors compute about as fast as memory is
// read. It guards against a file that was changed by accident, which is all that can happen between two halves of an
// upload by the same user.
type checksum uint32

func (s *checksum) add(p []byte) { *s = checksum(crc32.Update(uint32(*s), crc32.IEEETable, p)) }

// String returns the checksum as 8 digits in hexadecimal.
func (s *checksum) String() string { return fmt.Sprintf("%08x", uint32(*s)) }

// readBuffer is large enough that hashing, not reading, sets the pace.
const readBuffer = 256 << 10

// sum returns the checksum of the size bytes of the content from offset on.
func (c *content) sum(ctx context.Context, offset, size int64) (string, error) {
	source := c.section(offset, size)
	defer func() { _ = source.Close() }()
	var s checksum
	for buffer := make([]byte, min(readBuffer, size)); ; {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		n, err := source.Read(buffer)
		s.add(buffer[:n])
		if errors.Is(err, io.EOF) {
			return s.String(), nil
		}
		if err != nil {
			return "", err
		}
	}
}
