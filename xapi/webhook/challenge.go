package webhook

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
)

// challengeToken is the form of X's challenges: one opaque word of the letters of base64, in either alphabet.
//
// Whoever asks gets the word signed, with the secret that deliveries are signed with. A delivery is a JSON object, and
// no such word is one, so what can be had signed here is never taken for a delivery.
var challengeToken = regexp.MustCompile(`^[A-Za-z0-9+/_=-]{1,256}$`)

// challenge answers X's challenge-response check, by which X finds out that the URL belongs to who knows the secret.
func (h *Handler) challenge(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	tokens := query["crc_token"]
	if err != nil || len(tokens) != 1 || !challengeToken.MatchString(tokens[0]) {
		h.refuse(w, r, http.StatusBadRequest, "no challenge that X would send")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	answer := scheme + base64.StdEncoding.EncodeToString(digest(h.keys.Load().forChallenges(), []byte(tokens[0])))
	_, _ = w.Write([]byte(`{"response_token":"` + answer + `"}`))
}
