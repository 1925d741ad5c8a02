package auth

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// TokenError is an answer of the authorization server other than a token.
type TokenError struct {
	// Step is what was asked for: "exchange the code", "refresh the token", "revoke the token", "fetch the app token".
	Step string
	// Status is the HTTP status code.
	Status int
	// Code is the error code of RFC 6749 section 5.2, invalid_request for one, or empty.
	Code string
	// Description is the server's own explanation, without secrets and at most 300 bytes, or empty.
	Description string
}

func (e *TokenError) Error() string {
	text := fmt.Sprintf("%s: the authorization server answered %d", e.Step, e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Description != "" {
		text += fmt.Sprintf(" (%s)", e.Description)
	}
	switch {
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		text += "; check the app's id and secret"
	case e.Status == http.StatusTooManyRequests || e.Status/100 == 5:
		text += "; try again later"
	}
	return text
}

// failure turns an error of golang.org/x/oauth2, whose text quotes the answer, into one that shows no secret.
func failure(step string, err error, secrets ...Secret) error {
	var redactor transport.Redactor
	for _, secret := range secrets {
		redactor.Know(secret.Reveal())
	}
	var answer *oauth2.RetrieveError
	if errors.As(err, &answer) {
		return &TokenError{
			Step: step, Status: answer.Response.StatusCode,
			Code:        excerpt(redactor.String(answer.ErrorCode)),
			Description: excerpt(redactor.String(cmp.Or(answer.ErrorDescription, oldDescription(answer.Body)))),
		}
	}
	return fmt.Errorf("%s: %w", step, redactor.Error(err))
}

// oldDescription reads the form of errors that the app-only endpoint still has.
func oldDescription(body []byte) string {
	var answer struct {
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &answer) != nil || len(answer.Errors) == 0 {
		return ""
	}
	return answer.Errors[0].Message
}

// excerpt bounds what a server said and keeps it on one line.
func excerpt(text string) string {
	const most = 300
	text = strings.ToValidUTF8(text[:min(len(text), most)], "")
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}
