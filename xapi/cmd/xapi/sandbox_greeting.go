package main

import (
	"fmt"
	"net/url"
	"runtime"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// introduce prints where the sandbox is and what its clients need, and lines to try that work as they stand.
func (f *sandboxFlags) introduce(c console, server *xapitest.Server) error {
	app := server.App()
	bearer := server.Issue(xapitest.Grant{AppOnly: true}).Access
	var text strings.Builder
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&text, "%-11s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&text, "sandbox at %s\n\n", server.URL)
	row("page", "%s/sandbox/", server.URL)
	row("controls", "%s/sandbox/api/ lists them", server.URL)
	row("user token", "%s", server.Token())
	row("app token", "%s", bearer)
	row("OAuth 2.0", "client %s, secret %s, or public client %s; authorize at %s/i/oauth2/authorize",
		app.ClientID, app.ClientSecret, app.PublicClientID, server.URL)
	row("OAuth 1.0a", "API key %s, secret %s, access token %s, secret %s", app.APIKey, app.APIKeySecret, app.AccessToken, app.AccessTokenSecret)
	if f.tls {
		row("certificate", "%s, which NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE or SSL_CERT_FILE have programs trust", f.cert)
	}
	text.WriteString("\ntry:\n")
	for _, line := range f.lines(server) {
		text.WriteString("  " + line + "\n")
	}
	text.WriteString("\n")
	_, err := fmt.Fprint(c.out, text.String())
	return err
}

// lines are commands for a shell. The last one has a call fail, so that it comes after those that are to work.
func (f *sandboxFlags) lines(server *xapitest.Server) []string {
	curl, command := "curl ", tokenVariable+"="+server.Token()+" xapi"
	if f.tls {
		curl += "--cacert " + quoted(f.cert) + " "
		command = "SSL_CERT_FILE=" + quoted(f.cert) + " " + command
	}
	authorized := curl + "-H 'Authorization: Bearer " + server.Token() + "' "
	lines := []string{
		authorized + server.URL + "/2/users/me",
		authorized + `-H 'Content-Type: application/json' -d '{"text": "hello"}' ` + server.URL + "/2/tweets",
	}
	if parsed, err := url.Parse(server.URL); err == nil && f.tls {
		lines = append(lines, authorized+"--connect-to api.x.com:443:"+parsed.Host+" https://api.x.com/2/users/me")
	}
	if !f.tls || runtime.GOOS == "linux" { // elsewhere a Go program trusts what the system does, and nothing else
		lines = append(lines, command+" upload FILE --post 'hello again' --base-url "+server.URL)
	}
	return append(lines, curl+`-d '{"operation": "createPosts", "when": {"times": 1}, "do": {"answer": "unavailable"}}' `+server.URL+"/sandbox/api/faults")
}

// quoted is a word for a shell.
func quoted(word string) string {
	if !strings.ContainsFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%", r)
	}) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
