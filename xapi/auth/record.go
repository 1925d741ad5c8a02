package auth

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Token is what a login yields: the access token that calls carry and the refresh token that brings the next pair.
type Token struct {
	// Access goes into the Authorization header.
	Access Secret
	// Refresh is good for one refresh. It is zero where the login did not ask for offline.access.
	Refresh Secret
	// Issued is when the answer with this token arrived, by the clock of the machine that asked.
	Issued time.Time
	// Expiry is when Access ends, by the same clock. Zero means unknown: the token is used until the API rejects it.
	Expiry time.Time
	// Scopes are those granted. Empty means unknown: no scope is checked before sending.
	Scopes []string
}

// Expired reports whether the access token has ended at now.
func (t Token) Expired(now time.Time) bool { return !t.Expiry.IsZero() && !now.Before(t.Expiry) }

// expiring reports whether the access token ends so soon that it is better refreshed now: within a tenth of its life,
// at most maxLead ahead, so that a call under way does not outlive it.
func (t Token) expiring(now time.Time) bool {
	const maxLead = time.Minute
	return !t.Expiry.IsZero() && t.Expired(now.Add(min(maxLead, t.Expiry.Sub(t.Issued)/10)))
}

// Record is what a [Store] keeps for one login.
type Record struct {
	Token Token
	// ClientID is the app that the tokens were issued to: no other can refresh them.
	ClientID string
	// Confidential says that the app proved itself with a client secret. The secret itself is not stored.
	Confidential bool
	// TokenURL is the endpoint that issued the tokens. They are presented to no other.
	TokenURL string
	// LoginID tells this login from any other. It is made anew whenever somebody logs in, and stays the same through
	// all refreshes.
	LoginID string
	// UserID is the user who logged in, in whatever way the program names users, or empty if it does not know. It is
	// what lets a [Session] go on with a later login of the same user.
	UserID string
	// Attempts counts how often Token.Refresh was presented with no answer known. It is stored before each
	// presentation and falls back to 0 with the next pair; a refresh waits the longer the more there are.
	Attempts int
	// Attempt says how the last presentation ended, or empty where the refresh token was not presented yet.
	Attempt Attempt
	// AttemptedAt is when that presentation began.
	AttemptedAt time.Time
}

// Fingerprint names the state that a login is in, its tokens and how presenting the refresh token ended, in 64
// characters. Two records have the same fingerprint only if one may stand for the other. A nil record, no login, has
// the empty one.
//
// It is a hash and shows nothing of the tokens: a store may keep it in clear, to compare by where the rest is encrypted.
func (r *Record) Fingerprint() string {
	if r == nil {
		return ""
	}
	// The fields are listed, not encoded as they are: releases that know different fields have to agree.
	data, _ := json.Marshal([]any{
		r.Token.Access.Reveal(), r.Token.Refresh.Reveal(),
		r.Attempts, r.Attempt, r.AttemptedAt.UTC().Format(time.RFC3339Nano),
	})
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// clone copies a record, so that neither the store nor its caller sees the other's changes.
func (r *Record) clone() *Record {
	if r == nil {
		return nil
	}
	copied := *r
	copied.Token.Scopes = slices.Clone(r.Token.Scopes)
	return &copied
}

// Attempt is how presenting a refresh token ended.
type Attempt string

const (
	// AttemptSent means that the token is being presented, or was when its process died.
	AttemptSent Attempt = "sent"
	// AttemptLost means that the token was presented and no answer came back that says what became of it: none, one that
	// cannot be read, or one such as 503.
	AttemptLost Attempt = "lost"
	// AttemptRefused means that the server called the token invalid. It is never presented again.
	AttemptRefused Attempt = "refused"
)

// recordVersion is the version of the encoding that this package writes, and the newest that it reads.
const recordVersion = 1

// maxRecord bounds an encoded record, in bytes. A real one has less than 2 KiB.
const maxRecord = 64 << 10

// encodedRecord is the JSON form of a Record.
type encodedRecord struct {
	Version      int       `json:"version"`
	TokenURL     string    `json:"token_url,omitempty"`
	ClientID     string    `json:"client_id,omitempty"`
	Confidential bool      `json:"confidential,omitempty"`
	Access       string    `json:"access_token"`
	Refresh      string    `json:"refresh_token,omitempty"`
	Issued       time.Time `json:"issued,omitzero"`
	Expiry       time.Time `json:"expiry,omitzero"`
	Scopes       []string  `json:"scopes,omitempty"`
	LoginID      string    `json:"login_id,omitempty"`
	UserID       string    `json:"user_id,omitempty"`
	Attempts     int       `json:"refresh_attempts,omitempty"`
	Attempt      Attempt   `json:"refresh_attempt,omitempty"`
	AttemptedAt  time.Time `json:"refresh_attempted_at,omitzero"`
}

// Encode writes the record as JSON, the tokens in clear: keep it where only their owner reads.
//
// The form carries a version, so that [DecodeRecord] of an older release recognizes what it cannot read.
func (r *Record) Encode() ([]byte, error) {
	encoded := encodedRecord{
		Version: recordVersion, TokenURL: r.TokenURL, ClientID: r.ClientID, Confidential: r.Confidential,
		Access: r.Token.Access.Reveal(), Refresh: r.Token.Refresh.Reveal(),
		Issued: r.Token.Issued, Expiry: r.Token.Expiry, Scopes: r.Token.Scopes,
		LoginID: r.LoginID, UserID: r.UserID,
		Attempts: r.Attempts, Attempt: r.Attempt, AttemptedAt: r.AttemptedAt,
	}
	data, err := json.MarshalIndent(encoded, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the stored login: %w", err)
	}
	return append(data, '\n'), nil
}

// DecodeRecord reads what [Record.Encode] wrote, at most 64 KiB.
//
// Its errors never show the content. Those for content that no release can read match [ErrLoginRequired]; content of a
// newer version matches [ErrNewerRecord] instead, for the login in it is good.
func DecodeRecord(data []byte) (*Record, error) {
	if len(data) > maxRecord {
		return nil, loginRequired("the stored login is larger than %d KiB: not one of ours", maxRecord>>10)
	}
	var version struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(data, &version); err != nil {
		return nil, loginRequired("the stored login cannot be read: %s", describeJSON(data, err))
	}
	if version.Version > recordVersion {
		return nil, fmt.Errorf("%w: version %d, this release reads up to %d: update it",
			ErrNewerRecord, version.Version, recordVersion)
	}
	var encoded encodedRecord
	if err := json.Unmarshal(data, &encoded); err != nil {
		return nil, loginRequired("the stored login cannot be read: %s", describeJSON(data, err))
	}
	if version.Version < 1 || encoded.Access == "" || encoded.Attempts < 0 {
		return nil, loginRequired("the stored login is incomplete: it has no version or no access token")
	}
	return &Record{
		Token: Token{
			Access: NewSecret(encoded.Access), Refresh: NewSecret(encoded.Refresh),
			Issued: encoded.Issued, Expiry: encoded.Expiry, Scopes: encoded.Scopes,
		},
		ClientID: encoded.ClientID, Confidential: encoded.Confidential, TokenURL: encoded.TokenURL,
		LoginID: encoded.LoginID, UserID: encoded.UserID,
		Attempts: encoded.Attempts, Attempt: encoded.Attempt, AttemptedAt: encoded.AttemptedAt,
	}, nil
}

// describeJSON says what is wrong with data without quoting any of it.
func describeJSON(data []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return "it is empty"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && syntax.Offset >= int64(len(data)):
		return "it is cut short"
	case errors.As(err, &kind):
		return fmt.Sprintf("%s is of the wrong type", kind.Field)
	case json.Valid(data):
		return "one of its times is malformed"
	default:
		return "it is not JSON"
	}
}
