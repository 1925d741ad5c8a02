package webhook

import (
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
)

// challengeLetters are the letters of X's challenges, one opaque word of them each: those of base64, in either alphabet.
//
// Whoever asks gets the word signed, with the secret that deliveries are signed with. A delivery is a JSON object, and
// no such word is one, so what can be had signed here is never taken for a delivery.
const challengeLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=-"

// longestChallenge bounds a challenge, in bytes. X's are a fifth of that.
const longestChallenge = 256

func isChallenge(token string) bool {
	return token != "" && len(token) <= longestChallenge && strings.Trim(token, challengeLetters) == ""
}

// challenge answers X's challenge-response check, by which X finds out that the URL belongs to who knows the secret.
func (h *Handler) challenge(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	tokens := query["crc_token"]
	if err != nil || len(tokens) != 1 || !isChallenge(tokens[0]) {
		h.refuse(w, r, http.StatusBadRequest, "no challenge that X would send")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	answer := scheme + base64.StdEncoding.EncodeToString(digest(h.keys.Load().forChallenges(), []byte(tokens[0])))
	h.logger.LogAttrs(r.Context(), slog.LevelDebug, "webhook: answered a challenge")
	_, _ = w.Write([]byte(`{"response_token":"` + answer + `"}`))
}
