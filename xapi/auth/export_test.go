package auth

import (
	"context"
	"net/http"
	"time"
)

// OnStep has the store call f at each step of a save, for tests that die there.
func (s *FileStore) OnStep(f func(name string)) { s.step = f }

// OfUser has the store trust the files of another user than the one who runs this.
func (s *FileStore) OfUser(user int) { s.user = user }

// OnSleep has the session call f in place of waiting.
func (s *Session) OnSleep(f func(ctx context.Context, d time.Duration) error) { s.sleep = f }

// Header returns the Authorization header that o makes for req.
func (o OAuth1) Header(req *http.Request) (string, error) { return o.header(req) }

// Signature signs req with the protocol's parameters as given, in pairs of name and value.
func (o OAuth1) Signature(req *http.Request, pairs ...string) (string, error) {
	return o.signature(req, parametersOf(pairs))
}

// SignatureBase returns the text that is signed.
func SignatureBase(req *http.Request, pairs ...string) (string, error) {
	return signatureBase(req, parametersOf(pairs))
}

func parametersOf(pairs []string) []parameter {
	var protocol []parameter
	for i := 0; i < len(pairs); i += 2 {
		protocol = append(protocol, parameter{percentEncode(pairs[i]), percentEncode(pairs[i+1])})
	}
	return protocol
}
