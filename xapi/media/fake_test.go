package media_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
)

// fake is a server of uploads written from what live servers have been seen to answer, not from the spec, with the
// faults that tests want.
type fake struct {
	t testing.TB
	// fault, where not nil, may answer an append in place of the server, and says whether it did.
	fault func(w http.ResponseWriter, r *http.Request, index int) bool
	// largest is the largest body of an append, 0 for no limit; tooLarge the status of a larger one.
	largest  int64
	tooLarge int
	// ordered refuses segments out of order, jsonOnly refuses multipart, oneShot offers the upload in one call.
	ordered, jsonOnly, oneShot bool
	// finalizeWith are the statuses that the first calls of finalize are answered with.
	finalizeWith []int
	// late, where not nil, changes the segments before finalize looks at them.
	late func(segments map[int][]byte)
	// processing is what finalize and each STATUS after it answer as processing_info, in turn.
	processing []string

	link     *link
	mu       sync.Mutex
	uploads  map[string]map[int][]byte
	totals   map[string]int64
	sums     map[string]string
	calls    map[string]int
	received int64
}

// start serves f until the test ends, over a network in memory so that a test may run by the clock of a bubble, and
// returns a client of uploads at it.
func (f *fake) start(t testing.TB, opts ...xapi.ClientOption) *media.Client {
	return media.New(f.over(t, &link{}, opts...))
}

// over serves f over l.
func (f *fake) over(t testing.TB, l *link, opts ...xapi.ClientOption) *xapi.Client {
	l.serve(t, f.handler(t))
	f.link = l
	return f.another(t, opts...)
}

// handler is f before its first request.
func (f *fake) handler(t testing.TB) http.Handler {
	f.t = t
	f.uploads, f.totals = map[string]map[int][]byte{}, map[string]int64{}
	f.sums, f.calls = map[string]string{}, map[string]int{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2/media/upload/initialize", f.initialize)
	mux.HandleFunc("POST /2/media/upload/{id}/append", f.append)
	mux.HandleFunc("POST /2/media/upload/{id}/finalize", f.finalize)
	mux.HandleFunc("GET /2/media/upload", f.status)
	mux.HandleFunc("POST /2/media/upload", f.whole)
	return mux
}

// another returns a further client of the server.
func (f *fake) another(t testing.TB, opts ...xapi.ClientOption) *xapi.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: media.MaxConcurrency, DialContext: f.link.dial}
	t.Cleanup(transport.CloseIdleConnections)
	client, err := xapi.New(append([]xapi.ClientOption{
		xapi.WithBaseURL("http://127.0.0.1:1"), xapi.WithAccessToken("token"), xapi.WithHTTPClient(&http.Client{Transport: transport}),
	}, opts...)...)
	require.NoError(t, err)
	return client
}

func (f *fake) count(operation string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[operation]
}

func (f *fake) note(operation string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[operation]++
}

// sum is the digest of a finalized upload.
func (f *fake) sum(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sums[id]
}

// bytes is how many bytes of media have arrived.
func (f *fake) bytes() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.received
}

func invalid(w http.ResponseWriter, message string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = fmt.Fprintf(w, `{"errors":[{"message":%q}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.twitter.com/2/problems/invalid-request"}`, message)
}

const needsJSON = "Requests with bodies must have content-type of application/json."

func (f *fake) begin(total int64) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := strconv.Itoa(1000000000 + len(f.uploads) + 1)
	f.uploads[id], f.totals[id] = map[int][]byte{}, total
	return id
}

func (f *fake) initialize(w http.ResponseWriter, r *http.Request) {
	f.note("initialize")
	var body struct {
		Total int64 `json:"total_bytes"`
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil {
		invalid(w, "not JSON")
		return
	}
	id := f.begin(body.Total)
	w.WriteHeader(http.StatusAccepted)
	_, _ = fmt.Fprintf(w, `{"data":{"id":%q,"media_key":"7_%s","expires_after_secs":1295999}}`, id, id)
}

// part reads the fields and the bytes of an append or a one-shot upload.
func (f *fake) part(r *http.Request) (fields map[string]string, data []byte, err error) {
	fields = map[string]string{}
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, nil, err
	}
	if mediaType == "application/json" {
		var body struct {
			Media   string      `json:"media"`
			Segment json.Number `json:"segment_index"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			return nil, nil, err
		}
		fields["segment_index"] = body.Segment.String()
		data, err = base64.StdEncoding.DecodeString(body.Media)
		return fields, data, err
	}
	for parts := multipart.NewReader(r.Body, params["boundary"]); ; {
		p, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // The reader documents that it returns io.EOF itself.
			return fields, data, nil
		}
		if err != nil {
			return nil, nil, err
		}
		value, err := io.ReadAll(p)
		if err != nil {
			return nil, nil, err
		}
		if p.FormName() == "media" {
			data = value
		} else {
			fields[p.FormName()] = string(value)
		}
	}
}

func (f *fake) append(w http.ResponseWriter, r *http.Request) {
	f.note("append")
	if r.ContentLength < 0 {
		invalid(w, "no Content-Length")
		return
	}
	if f.largest > 0 && r.ContentLength > f.largest {
		w.WriteHeader(f.tooLarge)
		return
	}
	if f.jsonOnly && r.Header.Get("Content-Type") != "application/json" {
		_, _ = io.Copy(io.Discard, r.Body)
		invalid(w, needsJSON)
		return
	}
	fields, data, err := f.part(r)
	index, notIndex := strconv.Atoi(fields["segment_index"])
	if err != nil || notIndex != nil || index < 0 || index > 999 {
		invalid(w, "SegmentIndex must be between 0 and 999.")
		return
	}
	f.mu.Lock()
	f.received += int64(len(data))
	segments, known := f.uploads[r.PathValue("id")]
	have := len(segments)
	f.mu.Unlock()
	switch {
	case !known:
		invalid(w, "BadRequest: Not found")
		return
	case f.fault != nil && f.fault(w, r, index):
		return
	case f.ordered && index != have:
		invalid(w, "Segments must arrive in order.")
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	segments[index] = data
	w.WriteHeader(http.StatusNoContent)
}

func (f *fake) finalize(w http.ResponseWriter, r *http.Request) {
	f.note("finalize")
	body, err := io.ReadAll(r.Body)
	if err != nil || string(body) != "{}" {
		invalid(w, "Request body must be a JSON object.")
		return
	}
	if len(f.finalizeWith) > 0 {
		w.WriteHeader(f.finalizeWith[0])
		f.finalizeWith = f.finalizeWith[1:]
		return
	}
	id := r.PathValue("id")
	f.mu.Lock()
	segments, known := f.uploads[id]
	if known && f.late != nil {
		f.late(segments)
	}
	hash, size := sha256.New(), int64(0)
	for _, index := range slices.Sorted(maps.Keys(segments)) {
		_, _ = hash.Write(segments[index])
		size += int64(len(segments[index]))
	}
	total := f.totals[id]
	f.sums[id] = hex.EncodeToString(hash.Sum(nil))
	f.mu.Unlock()
	switch {
	case !known:
		invalid(w, "BadRequest: Not found")
	case size != total:
		invalid(w, "Segments do not add up to provided total file size.")
	default:
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, f.state(id))
	}
}

// state is what finalize and STATUS answer: the next of f.processing.
func (f *fake) state(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	processing := ""
	if len(f.processing) > 0 {
		processing = `,"processing_info":` + f.processing[0]
		f.processing = f.processing[1:]
	}
	return fmt.Sprintf(`{"data":{"id":%q,"media_key":"7_%s","size":%d,"expires_after_secs":86400%s}}`, id, id, f.totals[id], processing)
}

func (f *fake) status(w http.ResponseWriter, r *http.Request) {
	f.note("status")
	id := r.URL.Query().Get("media_id")
	f.mu.Lock()
	_, known := f.sums[id]
	f.mu.Unlock()
	if !known {
		invalid(w, "BadRequest: Not found")
		return
	}
	_, _ = io.WriteString(w, f.state(id))
}

func (f *fake) whole(w http.ResponseWriter, r *http.Request) {
	f.note("whole")
	if !f.oneShot {
		http.NotFound(w, r)
		return
	}
	fields, data, err := f.part(r)
	if err != nil || fields["media_category"] == "" {
		invalid(w, "media_category is missing")
		return
	}
	id := f.begin(int64(len(data)))
	f.mu.Lock()
	f.sums[id] = sum(data)
	f.mu.Unlock()
	_, _ = io.WriteString(w, f.state(id))
}
