package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Revoke ends a token at the authorization server (RFC 7009). Ending one that is invalid already is no error.
func (c OAuth2) Revoke(ctx context.Context, token Secret) error {
	const step = "revoke the token"
	if err := c.check(); err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	form := url.Values{"token": {token.Reveal()}}
	if c.ClientSecret.IsZero() {
		form.Set("client_id", c.ClientID)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint().RevokeURL, strings.NewReader(form.Encode()))
	if err != nil {
		return failure(step, err, token)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if !c.ClientSecret.IsZero() {
		req.SetBasicAuth(url.QueryEscape(c.ClientID), url.QueryEscape(c.ClientSecret.Reveal()))
	}
	resp, err := boundedClient(c.HTTPClient).Do(req)
	if err != nil {
		return failure(step, err, token, c.ClientSecret)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return failure(step, err, token, c.ClientSecret)
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	var answer struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(body, &answer) // what cannot be read leaves the status to speak for itself
	refused := &oauth2.RetrieveError{Response: resp, Body: body, ErrorCode: answer.Code, ErrorDescription: answer.Description}
	if refusesToken(resp.StatusCode, answer.Code, answer.Description) {
		return nil
	}
	return failure(step, refused, token, c.ClientSecret)
}
