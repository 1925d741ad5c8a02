package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// connection says which server to call, and as whom.
type connection struct {
	baseURL string
	sandbox bool
}

// tokenVariable names the environment variable that has the access token.
const tokenVariable = "X_ACCESS_TOKEN"

// flags adds the flags of a command that calls the API.
func (c *connection) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.baseURL, "base-url", "", "call the server at `URL` in place of "+xapi.DefaultBaseURL)
}

// sandboxFlag adds the flag of a command that can do all its work in a sandbox that lives as long as it does.
func (c *connection) sandboxFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.sandbox, "sandbox", false, "call a sandbox within this process: nothing leaves the machine")
	cmd.MarkFlagsMutuallyExclusive("sandbox", "base-url")
}

type nothing struct{}

func (nothing) Close() error { return nil }

// open returns a client. The caller closes what is returned beside it.
func (c *connection) open(console console) (*xapi.Client, io.Closer, error) {
	options := []xapi.Option{xapi.WithUserAgent("xmedia/" + xapi.Version)}
	var closer io.Closer = nothing{}
	switch token := console.env(tokenVariable); {
	case c.sandbox:
		server, err := xapitest.Start()
		if err != nil {
			return nil, nil, err
		}
		closer = server
		options = append(options, xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()))
	case token == "":
		return nil, nil, usage("no credentials: put an access token into %s, or try --sandbox", tokenVariable)
	default:
		options = append(options, xapi.WithAccessToken(token))
	}
	if c.baseURL != "" {
		options = append(options, xapi.WithBaseURL(c.baseURL))
	}
	client, err := xapi.New(options...)
	if err != nil {
		_ = closer.Close()
		return nil, nil, usageError{fmt.Errorf("connecting: %w", err)}
	}
	return client, closer, nil
}
