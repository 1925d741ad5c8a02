package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// consumerSecretVariable holds the secret that X signs with under the legacy scheme; that of OAuth 2.0 is in
// clientSecretVariable. Several are joined by commas, so that one can be replaced.
const consumerSecretVariable = "X_API_KEY_SECRET"

func newWebhook(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "webhook", Short: "Receive what X pushes", Args: onlyCommands,
		RunE: withoutCommand,
	}
	cmd.AddCommand(newListen(c))
	return cmd
}

func newListen(c console) *cobra.Command {
	var from listening
	cmd := &cobra.Command{
		Use:   "listen",
		Short: "Answer X's challenges and print verified events, one JSON document a line",
		Long: "Answer X's challenges and print verified events, one JSON document a line, until stopped. X calls https URLs\n" +
			"without a port: put a tunnel or a proxy before this. The secrets come from " + clientSecretVariable + " and " + consumerSecretVariable + ", or\n" +
			"from files; several, by commas or one a line, are accepted at once. No secret is printed. Challenges that are answered\n" +
			"and requests that are refused are told on the standard error.",
		Example: "  xapi webhook listen --client-secret-file secret.txt > events.ndjson\n" +
			"  xapi call createWebhooks --body '{\"url\": \"https://example.com/hook\"}'  # prints the webhook's id\n" +
			"  xapi call createAccountActivitySubscription webhook_id=1830000000000000000",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listen(cmd.Context(), c, from) },
	}
	flags := cmd.Flags()
	flags.StringVar(&from.addr, "addr", "127.0.0.1:8090", "listen at `ADDRESS`")
	flags.StringVar(&from.clientFile, "client-secret-file", "", "read the OAuth 2.0 client secret from `FILE`")
	flags.StringVar(&from.consumerFile, "consumer-secret-file", "", "read the consumer secret of the legacy scheme from `FILE`")
	return cmd
}

// listening is where to listen, and where the secrets are.
type listening struct{ addr, clientFile, consumerFile string }

func listen(ctx context.Context, c console, from listening) error {
	var secrets webhook.Secrets
	var err error
	for _, each := range []struct {
		into           *[]auth.Secret
		file, variable string
	}{{&secrets.Client, from.clientFile, clientSecretVariable}, {&secrets.Consumer, from.consumerFile, consumerSecretVariable}} {
		if *each.into, err = secretsOf(c, each.file, each.variable); err != nil {
			return err
		}
	}
	handler, err := webhook.New(secrets, webhook.Lines(c.out), webhook.WithLogger(slog.New(visits{c})))
	if err != nil {
		return usage("%w: set %s or %s", err, clientSecretVariable, consumerSecretVariable)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", from.addr)
	if err != nil {
		return usage("listening at %s: %w", from.addr, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	c.tell("xapi: listening at http://%s\n", listener.Addr().String())
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 500*time.Millisecond)
	defer cancel()
	return errors.Join(server.Shutdown(grace), handler.Shutdown(grace), context.Cause(ctx))
}

// visits tells of the requests that print no event.
type visits struct{ console }

// Enabled has all of them told.
func (visits) Enabled(context.Context, slog.Level) bool { return true }

// Handle tells of one request.
func (v visits) Handle(_ context.Context, record slog.Record) error {
	said := map[string]string{}
	record.Attrs(func(attr slog.Attr) bool { said[attr.Key] = attr.Value.String(); return true })
	what := strings.TrimPrefix(record.Message, "webhook: ")
	switch {
	case said["status"] != "":
		v.tell("xapi: refused a request with %s: %s\n", said["status"], said["why"])
	case said["error"] != "":
		v.tell("xapi: %s: %s: %s\n", what, said["id"], said["error"])
	default:
		v.tell("xapi: %s\n", what)
	}
	return nil
}

// WithAttrs is asked for by nobody here.
func (v visits) WithAttrs([]slog.Attr) slog.Handler { return v }

// WithGroup is asked for by nobody here.
func (v visits) WithGroup(string) slog.Handler { return v }

// secretsOf returns the secrets in the file where there is one, else those in the variable.
func secretsOf(c console, file, variable string) (all []auth.Secret, err error) {
	text := c.env(variable)
	if file != "" {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, usage("reading a secret: %w", err)
		}
		text = string(raw)
	}
	for _, secret := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		all = append(all, auth.NewSecret(secret))
	}
	return all, nil
}
