package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func newSandbox(c console) *cobra.Command {
	var flags sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a sandbox of the X API on this machine until interrupted",
		Long: `Run a sandbox of the X API on this machine until interrupted.

It answers every operation, keeps uploads, metadata, subtitles and posts, checks what it is sent against the spec, and
misbehaves by rules:

  xapi sandbox --fault '{"operation": "appendMediaUpload", "when": {"every": 3}, "do": {"answer": "unavailable"}}'

An answer is one of ` + strings.Join(xapitest.Answers(), ", ") + `.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options, err := flags.options()
			if err != nil {
				return err
			}
			server, err := xapitest.Start(options...)
			if err != nil {
				return usageError{err}
			}
			defer func() { _ = server.Close() }()
			if flags.tls {
				remove, err := flags.writeCertificate(server)
				if err != nil {
					return err
				}
				defer remove()
			}
			if err := flags.introduce(c, server); err != nil {
				return err
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	flags.add(cmd)
	return cmd
}

// introduce prints where the sandbox is and what its clients need.
func (f *sandboxFlags) introduce(c console, server *xapitest.Server) error {
	app := server.App()
	_, err := fmt.Fprintf(c.out, "sandbox at %s\naccess token %s\n", server.URL, server.Token())
	if err != nil {
		return err
	}
	if f.tls {
		_, _ = fmt.Fprintf(c.out, "certificate %s\n", f.cert)
	}
	_, err = fmt.Fprintf(c.out, "OAuth 1.0a: API key %s, secret %s, access token %s, secret %s\n"+
		"OAuth 2.0: client %s, secret %s, or public client %s; authorize at %s/i/oauth2/authorize\n"+
		"try: %s=%s xapi upload FILE --base-url %s\n",
		app.APIKey, app.APIKeySecret, app.AccessToken, app.AccessTokenSecret,
		app.ClientID, app.ClientSecret, app.PublicClientID, server.URL,
		tokenVariable, server.Token(), server.URL)
	return err
}

// writeCertificate writes the certificate where the flags say, or to a temporary file that is removed at the end.
func (f *sandboxFlags) writeCertificate(server *xapitest.Server) (remove func(), err error) {
	if f.cert != "" {
		return func() {}, os.WriteFile(f.cert, server.Certificate(), 0o600)
	}
	file, err := os.CreateTemp("", "xapi-sandbox-*.pem")
	if err != nil {
		return nil, err
	}
	f.cert = file.Name()
	remove = func() { _ = os.Remove(f.cert) }
	_, err = file.Write(server.Certificate())
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		remove()
	}
	return remove, err
}
