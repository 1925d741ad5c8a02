package xapitest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

func (s *Server) showMedia(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if m, known := s.Media(id); known {
		show(w, m)
		return
	}
	refuse(w, http.StatusNotFound, fmt.Errorf("there is no upload %s: it was never made, or has expired", id))
}

// shownTypes are the types of bytes that a browser may show. Whatever else was uploaded is bytes to it: what is uploaded
// is not to run as a page of the sandbox.
var shownTypes = []string{
	"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff", "video/mp4", "video/webm", "video/quicktime", "video/mp2t",
}

// showContent answers with the bytes of an upload, or the part of them that is asked for.
func (s *Server) showContent(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	u := s.uploads[r.PathValue("id")]
	if u == nil || !u.finalized {
		s.mu.Unlock()
		refuse(w, http.StatusNotFound, errors.New("there is no such upload that is complete"))
		return
	}
	content := &regionReader{spool: s.spool, regions: u.regions(), size: u.size()}
	mediaType := u.mediaType
	s.mu.Unlock()
	if mediaType == "" {
		head := make([]byte, headSize)
		n, _ := content.Read(head)
		mediaType = looksLike(head[:n])
	}
	disposition := "inline"
	if !slices.Contains(shownTypes, mediaType) {
		mediaType, disposition = "application/octet-stream", "attachment"
	}
	header := w.Header()
	header.Set("Content-Type", mediaType)
	header.Set("Content-Disposition", disposition)
	header.Set("Content-Security-Policy", "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox")
	http.ServeContent(w, r, "", time.Time{}, content)
}

// regionReader reads regions as one file.
type regionReader struct {
	spool    *spool
	regions  []region
	at, size int64
}

func (f *regionReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 {
		return f.at, errors.New("before the beginning")
	}
	f.at = offset
	return offset, nil
}

func (f *regionReader) Read(p []byte) (int, error) {
	from := f.at
	for _, r := range f.regions {
		if from >= r.size {
			from -= r.size
			continue
		}
		n, err := f.spool.file.ReadAt(p[:min(int64(len(p)), r.size-from)], r.offset+from)
		f.at += int64(n)
		if n > 0 {
			err = nil
		}
		return n, err
	}
	return 0, io.EOF
}
