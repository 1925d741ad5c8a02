package xapitest

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// A segment in JSON, or an upload at once, is read as a stream: its media, in base64, go into the spool as they come, and
// something short takes their place in what is held in memory and against the contract.

// maxAround bounds what there may be in a segment's JSON besides its media.
const maxAround = 64 << 10

// standIn stands for media that were lifted out.
const standIn = `"AA=="`

// lifted is the media of a segment that came in JSON.
type lifted struct {
	stored region
	err    error
	// taken says that the region is a segment's by now.
	taken bool
}

// take returns the region of the media, which is the caller's from then on, and what is wrong with them.
func (l *lifted) take() (region, error) {
	l.taken = true
	_, full := unstored(l.err)
	switch {
	case l.err != nil && !full:
		return l.stored, refusal("media is no base64: " + l.err.Error())
	case l.err == nil && l.stored.size == 0:
		return l.stored, errNoMedia
	}
	return l.stored, l.err
}

// readLifted reads the body of a segment in JSON. The lifted media are the call's to give back, see dispose.
func (s *Server) readLifted(c *call) (answer, bool) {
	buffered, _ := bodyReaders.Get().(*bufio.Reader)
	buffered.Reset(c.request.Body)
	defer func() {
		buffered.Reset(nil)
		bodyReaders.Put(buffered)
	}()
	l := lifter{from: buffered}
	err := l.run(func(media io.Reader) bool {
		c.lifted = &lifted{stored: s.spool.reserve()}
		c.lifted.err = s.copySegment(&c.lifted.stored, base64.NewDecoder(base64.StdEncoding, media))
		return c.lifted.err != nil || c.lifted.stored.size > 0
	})
	c.body = l.rest.Bytes()
	switch {
	case errors.Is(err, errTooLong) || c.lifted != nil && errors.Is(c.lifted.err, errTooLong):
		return answer{status: http.StatusRequestEntityTooLarge, edge: true}, false
	case err != nil && !errors.Is(err, io.EOF):
		return answer{status: http.StatusBadRequest, edge: true}, false
	}
	return answer{}, true
}

// dispose gives back what the call has lifted and nobody took, and closes the stream that it has opened.
func (s *Server) dispose(c *call) {
	if c.lifted != nil && !c.lifted.taken {
		s.spool.release(c.lifted.stored)
	}
	if c.connection != nil {
		s.closed(c.connection)
	}
}

// lifter reads JSON and lifts the text of the member media of the outermost object out of it.
type lifter struct {
	from *bufio.Reader
	rest bytes.Buffer

	depth int
	// key is the name of the member that is read, inKey says that a name comes next.
	key    string
	inKey  bool
	lifted bool
}

// run reads to the end. The media go to take, which says whether there were any.
func (l *lifter) run(take func(io.Reader) bool) error {
	for {
		b, err := l.from.ReadByte()
		switch {
		case err != nil:
			return err
		case b == '"' && l.depth == 1 && !l.inKey && l.key == "media" && !l.lifted:
			l.lifted = true
			text := &textReader{from: l.from}
			there := take(text)
			if _, err := io.Copy(io.Discard, text); err != nil {
				return err
			}
			if there {
				l.rest.WriteString(standIn)
			} else {
				l.rest.WriteString(`""`)
			}
			continue
		case b == '"':
			if err := l.text(); err != nil {
				return err
			}
			continue
		case b == '{' || b == '[':
			l.depth++
			l.inKey = b == '{'
		case b == '}' || b == ']':
			l.depth--
		case b == ',':
			l.inKey = true
		case b == ':':
			l.inKey = false
		}
		l.rest.WriteByte(b)
		if l.rest.Len() > maxAround {
			return errTooLong
		}
	}
}

// text reads a text that stays where it is, after its first quote.
func (l *lifter) text() error {
	at := l.rest.Len()
	l.rest.WriteByte('"')
	for escaped := false; ; {
		b, err := l.from.ReadByte()
		if err != nil {
			return err
		}
		l.rest.WriteByte(b)
		switch {
		case l.rest.Len() > maxAround:
			return errTooLong
		case escaped:
			escaped = false
		case b == '\\':
			escaped = true
		case b == '"':
			if l.depth == 1 && l.inKey {
				l.key = string(l.rest.Bytes()[at+1 : l.rest.Len()-1])
			}
			return nil
		}
	}
}

// textReader reads the characters of a JSON text up to its closing quote, which it takes too.
type textReader struct {
	from *bufio.Reader
	done bool
}

// Read implements io.Reader.
func (t *textReader) Read(p []byte) (int, error) {
	if t.done {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := t.from.Peek(1); err != nil {
		return 0, io.ErrUnexpectedEOF
	}
	chunk, _ := t.from.Peek(min(len(p), t.from.Buffered()))
	n := len(chunk)
	if i := bytes.IndexAny(chunk, `"\`); i >= 0 {
		n = i
	}
	if n > 0 {
		copy(p, chunk[:n])
		_, _ = t.from.Discard(n)
		return n, nil
	}
	if chunk[0] == '"' {
		t.done = true
		_, _ = t.from.Discard(1)
		return 0, io.EOF
	}
	b, err := t.escape()
	p[0] = b
	return 1, err
}

// escape reads an escaped character. Base64 has none that need more than a byte.
func (t *textReader) escape() (byte, error) {
	_, _ = t.from.Discard(1)
	b, err := t.from.ReadByte()
	if err != nil {
		return 0, io.ErrUnexpectedEOF
	}
	switch b {
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 'u':
		digits := make([]byte, 4)
		if _, err := io.ReadFull(t.from, digits); err != nil {
			return 0, io.ErrUnexpectedEOF
		}
		if code, err := strconv.ParseUint(string(digits), 16, 7); err == nil {
			return byte(code), nil
		}
		return '?', nil // which is no base64 either
	}
	return b, nil
}
