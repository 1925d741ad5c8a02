package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/auth"
)

// The headers of X's signatures: sha256= and the standard base64 of the HMAC-SHA256 over the raw body.
const (
	// ClientSignature is signed with the OAuth 2.0 client secret.
	ClientSignature = "X-Twitter-Webhooks-Signature-OAuth2"
	// ConsumerSignature is signed with the consumer secret, the API secret key of OAuth 1.0a.
	ConsumerSignature = "X-Twitter-Webhooks-Signature"
)

// Secrets are what X signs with. Several of a kind are accepted at once, so that a secret can be rotated: list the new
// one beside the old until X has signed with the old for the last time. Handler.SetSecrets changes them at run time.
//
// The first client secret answers X's challenges, or the first consumer secret where there is no client secret, as X
// expects of an app that has both.
type Secrets struct {
	// Client are OAuth 2.0 client secrets.
	Client []auth.Secret
	// Consumer are consumer secrets, the legacy scheme.
	Consumer []auth.Secret
}

// Sign returns the signature of body as X writes it into a header, and into the answer to a challenge.
func Sign(secret auth.Secret, body []byte) string {
	return scheme + base64.StdEncoding.EncodeToString(digest([]byte(secret.Reveal()), body))
}

const scheme = "sha256="

func digest(key, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return mac.Sum(nil)
}

// keys are the secrets as bytes.
type keys struct{ client, consumer [][]byte }

func newKeys(secrets Secrets) (keys, error) {
	var k keys
	for _, each := range []struct {
		from []auth.Secret
		to   *[][]byte
	}{{secrets.Client, &k.client}, {secrets.Consumer, &k.consumer}} {
		for _, secret := range each.from {
			if secret.IsZero() {
				return keys{}, errors.New("webhook: a secret is empty: anybody could sign with it")
			}
			*each.to = append(*each.to, []byte(secret.Reveal()))
		}
	}
	if len(k.client)+len(k.consumer) == 0 {
		return keys{}, errors.New("webhook: no secret: give the app's client secret, or its consumer secret")
	}
	return k, nil
}

// forChallenges is the secret that X expects its challenges to be answered with.
func (k keys) forChallenges() []byte {
	if len(k.client) > 0 {
		return k.client[0]
	}
	return k.consumer[0]
}

// claimed is a signature as it was sent, not yet compared, and the keys that it may be by.
type claimed struct {
	mac  []byte
	keys [][]byte
}

// signature finds the signature that decides, false where there is none, or none that can be right. The newer header
// decides where it can be checked at all, whatever the legacy one says: else whoever knows the consumer secret could
// choose the scheme.
func (k keys) signature(header http.Header) (claimed, bool) {
	if sent := header.Values(ClientSignature); len(sent) > 0 && len(k.client) > 0 {
		return parseSignature(sent, k.client)
	}
	if sent := header.Values(ConsumerSignature); len(sent) > 0 && len(k.consumer) > 0 {
		return parseSignature(sent, k.consumer)
	}
	return claimed{}, false
}

// parseSignature refuses what X would not write: two headers, other schemes, other encodings of the same bytes.
func parseSignature(sent []string, by [][]byte) (claimed, bool) {
	if len(sent) != 1 {
		return claimed{}, false
	}
	encoded, ok := strings.CutPrefix(sent[0], scheme)
	if !ok || len(encoded) != base64.StdEncoding.EncodedLen(sha256.Size) {
		return claimed{}, false
	}
	mac, err := base64.StdEncoding.Strict().DecodeString(encoded)
	return claimed{mac: mac, keys: by}, err == nil && len(mac) == sha256.Size
}

// of reports whether one of the keys makes this signature of body. Each key is tried, and compared in constant time, so
// that the time taken does not tell which of them fits.
func (c claimed) of(body []byte) bool {
	found := false
	for _, key := range c.keys {
		if hmac.Equal(c.mac, digest(key, body)) {
			found = true
		}
	}
	return found
}
