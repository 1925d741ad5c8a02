package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/internal/wholefile"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

func newSandbox(c console) *cobra.Command {
	var flags sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a sandbox of the X API on this machine until interrupted",
		Long: `Run a sandbox of the X API on this machine until interrupted.

It answers every operation, keeps what it is sent, checks requests against the spec, prints a line for each, and shows at
/sandbox/ in a browser what happens. It misbehaves by rules:

  xapi sandbox --fault '{"operation": "appendMediaUpload", "when": {"every": 3}, "do": {"answer": "unavailable"}}'

An answer is one of ` + strings.Join(xapitest.Answers(), ", ") + `.

While it runs, programs in any language control it over HTTP, in JSON and without a token:

` + controlTable(),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return flags.run(cmd, c)
		},
	}
	flags.add(cmd)
	return cmd
}

// controlTable lists the controls over HTTP, a line for each and more where what it does is long.
func controlTable() string {
	var text strings.Builder
	for _, control := range xapitest.Controls() {
		fmt.Fprintf(&text, "  %-6s %s\n", control.Method, control.Path)
		for _, line := range folded(control.Does, 100) {
			fmt.Fprintf(&text, "           %s\n", line)
		}
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// folded breaks a text into lines of at most so many bytes, where its words allow it.
func folded(text string, most int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > most {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

func (f *sandboxFlags) run(cmd *cobra.Command, c console) (err error) {
	options, err := f.options()
	if err != nil {
		return err
	}
	if !f.quiet {
		options = append(options, xapitest.WithObserver(newRequestLog(c).print))
	}
	server, err := xapitest.Start(options...)
	if err != nil {
		return usageError{err}
	}
	defer func() { _ = server.Close() }()
	for public, local := range f.tunnels {
		if err := server.Tunnel(public, local); err != nil {
			return usage("--tunnel: %w", err)
		}
	}
	if err := f.restore(server); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.keep(server)) }()
	if f.tls {
		remove, err := f.writeCertificate(server)
		if err != nil {
			return err
		}
		defer remove()
	}
	if err := f.introduce(c, server); err != nil {
		return err
	}
	<-cmd.Context().Done()
	return nil
}

// restore puts the state of the file of --state into the sandbox, where there is one.
func (f *sandboxFlags) restore(server *xapitest.Server) error {
	if f.state == "" {
		return nil
	}
	file, err := os.Open(f.state)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return usageError{fmt.Errorf("--state: %w", err)}
	}
	defer func() { _ = file.Close() }()
	if err := server.Import(file); err != nil {
		return usage("--state: %s: %w", f.state, err)
	}
	return nil
}

// keep writes the sandbox's state to the file of --state. The old one stays until the new one is whole.
func (f *sandboxFlags) keep(server *xapitest.Server) error {
	if f.state == "" {
		return nil
	}
	if err := wholefile.Write(f.state, server.Export); err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	return nil
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
