package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"sync"

	"github.com/xapi-go/xapi-go/xapi"
)

// part is a stretch of the content on its way as a request body.
type part struct {
	content      *content
	offset, size int64
	// begun is called when an attempt reads its first byte, moved after each read.
	begun, moved func()

	mu     sync.Mutex
	latest *attempt
}

// attempt is the part as one attempt reads it.
type attempt struct {
	io.ReadCloser
	part *part
	n    int64
	sums checksum
}

// open returns the bytes of the part.
func (p *part) open() io.ReadCloser {
	a := &attempt{ReadCloser: p.content.section(p.offset, p.size), part: p}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latest = a
	return a
}

func (a *attempt) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	a.part.mu.Lock()
	first := a.n == 0 && n > 0
	a.n += int64(n)
	a.sums.add(p[:n])
	a.part.mu.Unlock()
	if first && a.part.begun != nil {
		a.part.begun()
	}
	if n > 0 {
		a.part.moved()
	}
	return n, err
}

// read returns how much of the part has been read by the latest attempt.
func (p *part) read() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.latest == nil {
		return 0
	}
	return p.latest.n
}

// sum returns the checksum of the part, which the latest attempt has read.
func (p *part) sum(ctx context.Context) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.latest != nil && p.latest.n == p.size {
		return p.latest.sums.String(), nil
	}
	// The server was satisfied before it had read all of it.
	return p.content.sum(ctx, p.offset, p.size)
}

// enclosed is a stream between two short texts.
type enclosed struct {
	io.Reader
	io.Closer
}

// body returns a body of the part, turned by encode to size bytes, between head and tail. It reads the source anew for
// each attempt.
func (p *part) body(head, tail []byte, size int64, encode func(io.Reader) io.Reader) *xapi.Body {
	return xapi.NewBody(int64(len(head))+size+int64(len(tail)), func() (io.ReadCloser, error) {
		source := p.open()
		return enclosed{io.MultiReader(bytes.NewReader(head), encode(source), bytes.NewReader(tail)), source}, nil
	})
}

// field is a form field, or a member of a JSON object.
type field struct {
	name string
	// value is a string or a number.
	value any
}

// multipartBody returns the part as the file "media" of a multipart form, with fields before it so that a server knows
// what it reads, and the content type that names the boundary.
func (p *part) multipartBody(fields ...field) (*xapi.Body, string, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.SetBoundary("xapi-go-" + rand.Text()); err != nil {
		return nil, "", err
	}
	for _, f := range fields {
		if err := w.WriteField(f.name, fmt.Sprint(f.value)); err != nil {
			return nil, "", err
		}
	}
	if _, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="media"; filename="media"`},
		"Content-Type":        {"application/octet-stream"},
	}); err != nil {
		return nil, "", err
	}
	head := form.Len()
	if err := w.Close(); err != nil {
		return nil, "", err
	}
	plain := func(r io.Reader) io.Reader { return r }
	return p.body(form.Bytes()[:head], form.Bytes()[head:], p.size, plain), w.FormDataContentType(), nil
}

// jsonBody returns the part as the member "media" of a JSON object, in base64, after fields.
func (p *part) jsonBody(fields ...field) (*xapi.Body, error) {
	head := []byte{'{'}
	for _, f := range fields {
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		head = fmt.Appendf(head, "%q:%s,", f.name, value)
	}
	head = append(head, `"media":"`...)
	encode := func(r io.Reader) io.Reader { return &base64Reader{source: r} }
	return p.body(head, []byte(`"}`), int64(base64.StdEncoding.EncodedLen(int(p.size))), encode), nil
}

// base64Reader encodes what it reads.
type base64Reader struct {
	source io.Reader
	raw    [12 << 10]byte
	text   [16 << 10]byte
	rest   []byte
}

// Read returns the next encoded bytes.
func (r *base64Reader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		// Whole groups of three bytes but for the last: padding may stand at the end alone.
		n, err := io.ReadFull(r.source, r.raw[:])
		if n == 0 {
			return 0, err
		}
		base64.StdEncoding.Encode(r.text[:], r.raw[:n])
		r.rest = r.text[:base64.StdEncoding.EncodedLen(n)]
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
