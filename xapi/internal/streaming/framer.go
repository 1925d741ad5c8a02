package streaming

import (
	"bytes"
	"fmt"
	"io"
)

const (
	// firstBuffer is the room for what one read brings.
	firstBuffer = 64 << 10
	// maxQuote bounds what is kept of a line that is too long.
	maxQuote = 64 << 10
)

// TooLongError is a line longer than the bound. It was read to its end and passed over.
type TooLongError struct {
	// Length is how long the line is, Most how long it may be, in bytes.
	Length, Most int
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("the line has %d bytes and may have %d: raise the bound to read such", e.Length, e.Most)
}

// framer finds the lines of a stream. A line ends with a line feed; spaces around it, and so a carriage return, are cut.
type framer struct {
	source io.Reader
	most   int

	buffer     []byte
	start, end int // what was read and is not yet handed out
	seen       int // how far buffer was searched for a line feed
	skipped    int // the length so far of a line that is too long, whose first bytes are in quote
	quote      []byte
	failed     error
}

func newFramer(source io.Reader, most int) *framer {
	return &framer{source: source, most: most, buffer: make([]byte, firstBuffer)}
}

// next returns the next line, empty for a heartbeat. It is good until the next call. At the end of the source it returns
// what is left behind the last line feed, with the source's error. A line beyond the bound is a *TooLongError, beside
// its first bytes.
func (f *framer) next() ([]byte, error) {
	for {
		if at := bytes.IndexByte(f.buffer[f.seen:f.end], '\n'); at >= 0 {
			line := f.buffer[f.start : f.seen+at]
			f.start = f.seen + at + 1
			f.seen = f.start
			if f.skipped > 0 || len(bytes.TrimSuffix(line, []byte("\r"))) > f.most {
				return f.tooLong(line)
			}
			return bytes.TrimSpace(line), nil
		}
		f.seen = f.end
		if f.failed != nil {
			rest := f.buffer[f.start:f.end]
			f.start = f.end
			if f.skipped > 0 {
				rest, _ = f.tooLong(rest)
			}
			return bytes.TrimSpace(rest), f.failed
		}
		f.fill()
	}
}

// buffered reports whether next would return a line without reading.
func (f *framer) buffered() bool {
	return bytes.IndexByte(f.buffer[f.seen:f.end], '\n') >= 0
}

// fill reads once, into a buffer that has room for it.
func (f *framer) fill() {
	switch {
	case f.start == f.end:
		f.start, f.end, f.seen = 0, 0, 0
		if len(f.buffer) > maxPooled {
			f.buffer = make([]byte, firstBuffer) // one long line must not hold its room for ever
		}
	case f.end-f.start > f.most+len("\r"):
		f.skip(f.buffer[f.start:f.end])
		f.start, f.end, f.seen = 0, 0, 0
	case f.end == len(f.buffer):
		size := len(f.buffer)
		if f.start < size/2 {
			size *= 2
		}
		grown := f.buffer
		if size > len(f.buffer) {
			grown = make([]byte, size)
		}
		f.end = copy(grown, f.buffer[f.start:f.end])
		f.buffer, f.start, f.seen = grown, 0, f.end
	}
	n, err := f.source.Read(f.buffer[f.end:])
	f.end += n
	f.failed = err
}

// skip passes over a part of a line that is too long.
func (f *framer) skip(part []byte) {
	f.quote = append(f.quote, part[:min(len(part), maxQuote-len(f.quote))]...)
	f.skipped += len(part)
}

func (f *framer) tooLong(end []byte) ([]byte, error) {
	f.skip(end)
	quote, err := bytes.TrimSpace(f.quote), &TooLongError{Length: f.skipped, Most: f.most}
	f.skipped, f.quote = 0, nil
	return quote, err
}
