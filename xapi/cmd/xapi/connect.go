package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/media"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// connection says which server to call, and as whom.
type connection struct {
	baseURL string
	as      string
	sandbox bool
	// sandboxed says that the command can do its work in a sandbox.
	sandboxed bool
	// rateLimitWait is how long a call may wait for a spent window, waits whom to tell of it.
	rateLimitWait time.Duration
	waits         *waits
}

// longestWindow is long enough to wait for a window of 15 minutes.
const longestWindow = 16 * time.Minute

// serverFlag adds the flag of a command that calls the API.
func (c *connection) serverFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.baseURL, "base-url", "", "call the server at `URL` in place of "+xapi.DefaultBaseURL)
	cmd.Flags().DurationVar(&c.rateLimitWait, "rate-limit-wait", longestWindow,
		"wait up to `DURATION` for a spent rate limit to be renewed; 0s is to fail at once")
	cmd.Flags().StringVar(&c.as, "as", "", "call in the name of the login that was stored as `NAME`")
	_ = cmd.RegisterFlagCompletionFunc("as", c.namesOfLogins)
}

// sandboxFlag adds the flag of a command that can do all its work in a sandbox that lives as long as it does.
func (c *connection) sandboxFlag(cmd *cobra.Command) {
	c.sandboxed = true
	cmd.Flags().BoolVar(&c.sandbox, "sandbox", false, "call a sandbox within this process: nothing leaves the machine")
	cmd.MarkFlagsMutuallyExclusive("sandbox", "base-url")
	cmd.MarkFlagsMutuallyExclusive("sandbox", "as")
}

type nothing struct{}

func (nothing) Close() error { return nil }

// open returns a client. The caller closes what is returned beside it.
func (c *connection) open(ctx context.Context, console console) (*xapi.Client, io.Closer, error) {
	c.waits = &waits{console: console}
	if c.sandbox {
		server, err := xapitest.Start() //nolint:contextcheck // it lives until it is closed, not as long as a call
		if err != nil {
			return nil, nil, err
		}
		client, err := c.connect(xapi.WithBaseURL(server.URL), xapi.WithAccessToken(server.Token()),
			xapi.WithBearerToken(server.Issue(xapitest.Grant{AppOnly: true}).Access))
		if err != nil {
			_ = server.Close()
			return nil, nil, err
		}
		return client, server, nil
	}
	who, err := identify(ctx, console, *c)
	if err != nil {
		return nil, nil, err
	}
	options := []xapi.ClientOption{who.option}
	if app, _ := identifyApp(console); app != nil && !who.app {
		options = append(options, app)
	}
	client, err := c.connect(options...)
	return client, nothing{}, err
}

// connect returns a client with the options beside those of the flags.
func (c *connection) connect(options ...xapi.ClientOption) (*xapi.Client, error) {
	options = append(options, xapi.WithUserAgent("xapi/"+xapi.Version), xapi.WithRateLimitWait(c.rateLimitWait))
	if c.waits != nil {
		options = append(options, xapi.WithWaitFunc(c.waits.tell))
	}
	if c.baseURL != "" {
		options = append(options, xapi.WithBaseURL(c.baseURL))
	}
	client, err := xapi.New(options...)
	if err != nil {
		return nil, usageError{fmt.Errorf("connecting: %w", err)}
	}
	return client, nil
}

// media returns a client of uploads, as patient as the flags say.
func (c *connection) media(client *xapi.Client) *media.Client {
	return media.New(client, media.WithCallOptions(xapi.WithRateLimitWait(c.rateLimitWait)))
}

// waits tells the user what is waited for, once for each window.
type waits struct {
	console
	mu    sync.Mutex
	until map[string]time.Time
}

func (w *waits) tell(operation string, until time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.until == nil {
		w.until = map[string]time.Time{}
	}
	if !w.until[operation].Equal(until) {
		w.until[operation] = until
		w.console.tell("xapi: the rate limit of %s is spent: waiting until %s\n", operation, until.Local().Format(time.TimeOnly))
	}
}
