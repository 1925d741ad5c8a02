package xapitest

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// The headers of the signatures of a delivery.
const (
	clientSignature   = "X-Twitter-Webhooks-Signature-OAuth2"
	consumerSignature = "X-Twitter-Webhooks-Signature"
)

const (
	// webhookPatience is how long a webhook may take to answer.
	webhookPatience = 10 * time.Second
	// maxWebhookAnswer bounds what is read of its answer.
	maxWebhookAnswer = 64 << 10
)

// digestOf is a signature as it stands in headers and in the answer to a challenge.
func digestOf(secret string, text []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write(text)
	return "sha256=" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// callback is the client that calls webhooks. It follows no redirect and asks no proxy.
func newCallback() *http.Client {
	return &http.Client{
		Timeout:       webhookPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: webhookPatience}).DialContext, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
		},
	}
}

// Tunnel has the sandbox call the address local where a webhook is registered as public, as a tunnel does that makes
// a server on one's own machine known to the world. Addresses of this machine, like http://127.0.0.1:8090/hook, can also
// be registered as they are.
func (s *Server) Tunnel(public, local string) error {
	to, err := url.Parse(local)
	switch {
	case err != nil:
		return fmt.Errorf("tunnel: %w", err)
	case to.Scheme != "http" && to.Scheme != "https" || to.Host == "":
		return fmt.Errorf("tunnel: %q is no address to call: give one like http://127.0.0.1:8090/hook", local)
	}
	if why := badWebhookURL(public); why != "" {
		return fmt.Errorf("tunnel: %q cannot be a webhook: %s", public, why)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.couriers.tunnels[public] = local
	return nil
}

// badWebhookURL says why a webhook cannot have the address, empty where it can. Those of this machine need neither https
// nor the scheme's own port: there is nobody else to hear it.
func badWebhookURL(address string) string {
	parsed, err := url.Parse(address)
	switch {
	case err != nil || parsed.Host == "" || parsed.User != nil || parsed.Fragment != "":
		return "the url is none"
	case len([]rune(address)) > maxWebhookURL:
		return "the url has more than 200 characters"
	case parsed.Scheme == "http" && transport.Loopback(parsed.Hostname()):
		return ""
	case parsed.Scheme != "https":
		return "the url must begin with https"
	case parsed.Port() != "" && !transport.Loopback(parsed.Hostname()):
		return "the url must not have a port"
	}
	return ""
}

// callable returns where a webhook is called: through its tunnel, or at its own address where that is of this machine.
func (s *Server) callable(address string) (string, error) {
	s.mu.Lock()
	local, tunnelled := s.couriers.tunnels[address]
	s.mu.Unlock()
	if tunnelled {
		return local, nil
	}
	if parsed, err := url.Parse(address); err == nil && transport.Loopback(parsed.Hostname()) {
		return address, nil
	}
	return "", errors.New("the sandbox calls addresses of this machine alone: register http://127.0.0.1:PORT/…, or say where " + address + " is: by Server.Tunnel, --tunnel, or POST /sandbox/api/tunnels")
}

// failure is a challenge that was not answered as it must be.
type failure struct {
	why string
	// final ends that the webhook is valid at once. Else it has time to mend.
	final bool
}

// challenge asks whether who answers at the address knows the app's secret.
func (s *Server) challenge(ctx context.Context, address string) *failure {
	target, err := s.callable(address)
	if err != nil {
		return &failure{err.Error(), true}
	}
	token := rand.Text()
	asked, err := url.Parse(target)
	if err != nil {
		return &failure{err.Error(), true}
	}
	query := asked.Query()
	query.Set("crc_token", token)
	asked.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, asked.String(), http.NoBody)
	if err != nil {
		return &failure{err.Error(), true}
	}
	resp, err := s.couriers.client.Do(req)
	if err != nil {
		return &failure{"nobody answered: " + err.Error(), false}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxWebhookAnswer))
	if err != nil {
		return &failure{"the answer broke off: " + err.Error(), false}
	}
	return s.judge(token, resp.StatusCode, body)
}

// judge says what is wrong with the answer to a challenge.
func (s *Server) judge(token string, status int, body []byte) *failure {
	var said struct {
		Token string `json:"response_token"`
	}
	app := s.accounts.app
	switch {
	case status/100 == 3:
		return &failure{fmt.Sprintf("the challenge was answered with a redirect (%d), which is not followed", status), true}
	case status != http.StatusOK:
		return &failure{fmt.Sprintf("the challenge was answered with the status %d, not 200", status), false}
	case json.Unmarshal(body, &said) != nil || said.Token == "":
		return &failure{`the answer is not the JSON {"response_token":"sha256=…"}`, true}
	case hmac.Equal([]byte(said.Token), []byte(digestOf(app.ClientSecret, []byte(token)))),
		// X's guides speak of either secret. Programs that know the older one alone are good too.
		hmac.Equal([]byte(said.Token), []byte(digestOf(app.APIKeySecret, []byte(token)))):
		return nil
	}
	return &failure{"the response_token is not sha256= and base64 of the HMAC-SHA256 of the crc_token, by the client secret or by the API key's secret", true}
}
