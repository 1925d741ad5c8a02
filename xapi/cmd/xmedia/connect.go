package main

import (
	"context"
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

// serverFlag adds the flag of a command that calls the API.
func (c *connection) serverFlag(cmd *cobra.Command) {
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
func (c *connection) open(ctx context.Context, console console) (*xapi.Client, io.Closer, error) {
	if c.sandbox {
		server, err := xapitest.Start() //nolint:contextcheck // it lives until it is closed, not as long as a call
		if err != nil {
			return nil, nil, err
		}
		client, err := c.connect(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()))
		if err != nil {
			_ = server.Close()
			return nil, nil, err
		}
		return client, server, nil
	}
	who, err := identify(ctx, console, c.baseURL)
	if err != nil {
		return nil, nil, err
	}
	client, err := c.connect(who.option)
	return client, nothing{}, err
}

// connect returns a client with the options beside those of the flags.
func (c *connection) connect(options ...xapi.ClientOption) (*xapi.Client, error) {
	options = append(options, xapi.WithUserAgent("xmedia/"+xapi.Version))
	if c.baseURL != "" {
		options = append(options, xapi.WithBaseURL(c.baseURL))
	}
	client, err := xapi.New(options...)
	if err != nil {
		return nil, usageError{fmt.Errorf("connecting: %w", err)}
	}
	return client, nil
}
