package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/webhook"
)

// consumerSecretVariable holds the secret that X signs with under the legacy scheme; that of OAuth 2.0 is in
// clientSecretVariable. Several are joined by commas, so that one can be replaced.
const consumerSecretVariable = "X_API_KEY_SECRET"

func newWebhook(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "webhook", Short: "Receive what X pushes", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return usage("give a command: see xapi webhook --help")
		},
	}
	cmd.AddCommand(newListen(c))
	return cmd
}

func newListen(c console) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "listen",
		Short: "Answer X's challenges and print verified events, one JSON document a line",
		Long: "Answer X's challenges and print verified events, one JSON document a line, until stopped. X calls https URLs\n" +
			"without a port: put a tunnel or a proxy before this. The secrets come from " + clientSecretVariable + " and " + consumerSecretVariable + ".",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listen(cmd.Context(), c, addr) },
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8090", "listen at `ADDRESS`")
	return cmd
}

func listen(ctx context.Context, c console, addr string) error {
	secrets := webhook.Secrets{Client: secretsOf(c, clientSecretVariable), Consumer: secretsOf(c, consumerSecretVariable)}
	handler, err := webhook.New(secrets, webhook.Lines(c.out))
	if err != nil {
		return usage("%w: set %s or %s", err, clientSecretVariable, consumerSecretVariable)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return usage("listening at %s: %w", addr, err)
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
	return errors.Join(server.Shutdown(grace), handler.Shutdown(grace), ctx.Err())
}

func secretsOf(c console, variable string) []auth.Secret {
	var all []auth.Secret
	for text := range strings.SplitSeq(c.env(variable), ",") {
		if text = strings.TrimSpace(text); text != "" {
			all = append(all, auth.NewSecret(text))
		}
	}
	return all
}
