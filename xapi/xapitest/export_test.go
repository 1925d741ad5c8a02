package xapitest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/gen/wire"
	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// MakeUp makes up a value of the schema.
func MakeUp(schema *openapi3.Schema) any {
	m := &sampler{random: rand.New(rand.NewPCG(1, 1))}
	return m.value(schema, 0)
}

// Fit fits a value to a schema, which is that of an answer.
func Fit(value any, schema *openapi3.Schema, names wire.Names) any {
	f := fitting{names: names, made: &sampler{random: rand.New(rand.NewPCG(1, 1))}}
	return f.fit(value, []*openapi3.Schema{schema})
}

// Sign returns the OAuth 1.0a signature of a request.
func Sign(r *http.Request, oauth, form url.Values, consumerSecret, tokenSecret string) string {
	return signature(signatureBase(r, oauth, r.URL.Query(), form), consumerSecret, tokenSecret)
}

// FreeOfContract has the sandbox answer every operation that it knows, in its own spelling and held against nothing, so
// that a test of what the sandbox does holds for every contract.
func FreeOfContract() Option {
	return func(s *settings) error { s.free = true; return nil }
}

// WithPatience has a connection too many wait so long for another to end.
func WithPatience(d time.Duration) Option {
	return func(s *settings) error { s.patience = d; return nil }
}

// OfTweets returns an answer of the new spelling in the old one.
func OfTweets(row *gen.Endpoint, text []byte) ([]byte, error) {
	value, err := ofTweets(row.Names, text)
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// CheckWorld says what in the sandbox's world contradicts itself.
func (s *Server) CheckWorld() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.worldNow().Check()
}

// KeepsState says whether the operation answers by what was done before, and so may refuse a request out of the blue.
func KeepsState(operation string) bool {
	_, known := handlers[operation]
	return known
}

// Publish has a post be made that every stream of posts sends.
func (s *Server) Publish(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.worldNow()
	now := s.clock.now()
	w.AddPost(world.Post{Author: w.Users()[0], Created: now, Text: "post " + strconv.Itoa(n), Lang: "en"})
}

// BreakDisk has the disk refuse what it is given from now on.
func (s *Server) BreakDisk() error { return s.spool.file.Close() }

// Lift returns what is left of a segment's JSON when its media are lifted out, and these.
func Lift(body []byte) (rest, media []byte, found bool, err error) {
	l := lifter{from: bufio.NewReader(bytes.NewReader(body))}
	err = l.run(func(text io.Reader) bool {
		found = true
		media, _ = io.ReadAll(text)
		return len(media) > 0
	})
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return l.rest.Bytes(), media, found, err
}
