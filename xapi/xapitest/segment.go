package xapitest

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// maxIndex is the highest segment_index the API takes.
const maxIndex = 999

// copySize is how much of a segment is read and written at once.
const copySize = 256 << 10

// parts reads the multipart body of the call. The system is asked for much at once, which multipart alone does not do.
// The reader is given back by the function that is returned.
func (c *call) parts() (*multipart.Reader, func()) {
	buffered, _ := bodyReaders.Get().(*bufio.Reader)
	buffered.Reset(c.request.Body)
	return multipart.NewReader(buffered, c.boundary()), func() {
		buffered.Reset(nil)
		bodyReaders.Put(buffered)
	}
}

var bodyReaders = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, copySize) }}

var copyBuffers = sync.Pool{New: func() any { return new([copySize]byte) }}

// refusal is why a body is refused, in the words of the answer.
type refusal string

func (r refusal) Error() string { return string(r) }

const (
	errNoIndex    = refusal("The segment_index field is missing or no number.")
	errNoMedia    = refusal("The media field is missing.")
	errIndexRange = refusal(messageSegmentIndex)
	errNoObject   = refusal(messageObjectBody)
)

// appendUpload takes one segment. It answers with 204 and no body, as the real API does.
func (s *Server) appendUpload(c *call) answer {
	id := c.params["id"]
	s.mu.Lock()
	u := s.findUpload(id, c)
	if u == nil || u.finalized {
		s.mu.Unlock()
		return s.noUpload("id", id)
	}
	expires := u.expires.Unix()
	s.mu.Unlock()
	index, stored, err := s.readSegment(c)
	if err == nil {
		s.storeSegment(u, index, stored)
		if status := s.settings.statuses[c.operation.ID]; status != 0 && status != http.StatusNoContent {
			return ok(status, object{"expires_at": expires})
		}
		return answer{status: http.StatusNoContent}
	}
	s.spool.release(stored)
	failed, full := unstored(err)
	switch {
	case full:
		return failed
	case errors.Is(err, errTooLong):
		return answer{status: http.StatusRequestEntityTooLarge, edge: true}
	case errors.Is(err, errIndexRange):
		return s.invalid(messageSegmentIndex, object{"segment_index": []string{strconv.Itoa(index)}})
	default:
		return s.invalid(err.Error(), nil)
	}
}

// storeSegment puts the segment in place. A segment sent again replaces the first.
func (s *Server) storeSegment(u *upload, index int, stored region) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.finalized || s.uploads[u.id] != u {
		s.spool.release(stored) // it was finished or dropped meanwhile
		return
	}
	if old, again := u.segments[index]; again {
		s.spool.release(old)
	}
	u.segments[index] = stored
}

// readSegment reads the segment of either content type into the spool. The region is the caller's, also on an error.
func (s *Server) readSegment(c *call) (int, region, error) {
	if c.contentType() == multipartForm {
		return s.readMultipart(c)
	}
	var body struct {
		Index json.RawMessage `json:"segment_index"`
	}
	if c.lifted == nil {
		return 0, s.spool.reserve(), errNoMedia
	}
	stored, unread := c.lifted.take()
	if err := c.decode(&body); err != nil {
		return 0, stored, errNoObject
	}
	index, err := parseIndex(strings.Trim(string(body.Index), `"`))
	if err != nil {
		return index, stored, err
	}
	return index, stored, unread
}

// readMultipart reads the segment from the parts of the body as they come, without holding it in memory. The parts may
// come in either order.
func (s *Server) readMultipart(c *call) (index int, stored region, err error) {
	stored = s.spool.reserve()
	parts, done := c.parts()
	defer done()
	haveIndex, haveMedia := false, false
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return index, stored, err
		}
		switch part.FormName() {
		case "segment_index":
			text, _ := io.ReadAll(io.LimitReader(part, 32))
			if index, err = parseIndex(string(text)); err != nil {
				return index, stored, err
			}
			haveIndex = true
		case "media":
			if err := s.copySegment(&stored, part); err != nil {
				return index, stored, err
			}
			haveMedia = stored.size > 0
		}
	}
	switch {
	case !haveIndex:
		return index, stored, errNoIndex
	case !haveMedia:
		return index, stored, errNoMedia
	}
	return index, stored, nil
}

// copySegment writes all of r to the region and notes how much it was.
func (s *Server) copySegment(stored *region, r io.Reader) error {
	pooled, _ := copyBuffers.Get().(*[copySize]byte)
	defer copyBuffers.Put(pooled)
	buffer := pooled[:]
	w := s.spool.writer(*stored)
	stored.size = 0
	for {
		n, err := fill(r, buffer)
		if n > 0 {
			if _, failed := w.Write(buffer[:n]); failed != nil {
				return failed
			}
			stored.size += int64(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// fill reads until the buffer is full. Unlike io.ReadFull it tells an end from a body that was cut off.
func fill(r io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var read int
		read, err = r.Read(buffer[n:])
		n += read
	}
	return n, err
}

// parseIndex reads a segment_index, which may be a number or its digits.
func parseIndex(value string) (int, error) {
	index, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return 0, errNoIndex
	case index < 0 || index > maxIndex:
		return index, errIndexRange
	}
	return index, nil
}
