package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func newSandbox(c console) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a sandbox of the X API on this machine until interrupted",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			server, err := xapitest.Start(xapitest.WithAddr(addr))
			if err != nil {
				return usageError{err}
			}
			defer func() { _ = server.Close() }()
			_, err = fmt.Fprintf(c.out, "sandbox at %s\naccess token %s\ntry: %s=%s xmedia upload FILE --base-url %s\n",
				server.URL, server.Token(), tokenVariable, server.Token(), server.URL)
			if err != nil {
				return err
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "listen on `HOST:PORT`, a loopback address")
	return cmd
}
