package main

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// sandboxFlags are the flags of xapi sandbox.
type sandboxFlags struct {
	addr, cert, record, faultFile, problemHost string
	state                                      string
	remote, tls, unlimited, bodiless           bool
	empty, quiet                               bool
	seed                                       uint64
	processing                                 time.Duration
	maxSegment                                 byteSize
	connections                                int
	faults, redirects                          []string
	hosts, origins, fixtures                   []string
	statuses                                   map[string]int
	tunnels                                    map[string]string
}

func (f *sandboxFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:0", "listen on `HOST:PORT`, a loopback address")
	flags.BoolVar(&f.remote, "allow-remote", false, "let --addr be an address that other machines can reach")
	flags.BoolVar(&f.tls, "tls", false, "speak HTTPS, with a certificate made for this run")
	flags.StringVar(&f.cert, "cert", "", "with --tls, write the certificate to `FILE`")
	flags.Uint64Var(&f.seed, "seed", 1, "make ids and data up from this `NUMBER`")
	flags.StringVar(&f.record, "record", "", "write each exchange to a file in `DIR`, without secrets")
	flags.StringArrayVar(&f.faults, "fault", nil, "misbehave by this rule, in `JSON`; may be given again")
	flags.StringVar(&f.faultFile, "faults", "", "misbehave by the rules in `FILE`, a list in JSON")
	flags.StringArrayVar(&f.redirects, "redirect-uri", nil, "let logins return to this `URL` alone; may be given again")
	flags.StringToIntVar(&f.statuses, "status", nil, "answer by `OPERATION=STATUS` with another 2xx status, as in finalizeMediaUpload=201")
	flags.StringVar(&f.problemHost, "problem-host", "api.twitter.com", "`HOST` in the type of problems: api.twitter.com or api.x.com")
	flags.DurationVar(&f.processing, "processing-time", 2*time.Second, "process videos and GIFs for `DURATION`")
	flags.Var(&f.maxSegment, "max-segment", "refuse segments over this `SIZE` with 413; 5MiB if not given")
	flags.IntVar(&f.connections, "connections", 0, "let this `NUMBER` of connections to each stream be open, in place of 1, and 2 of activities")
	flags.BoolVar(&f.unlimited, "no-rate-limits", false, "count no calls")
	flags.BoolVar(&f.bodiless, "bodiless-finalize", false, "take a finalize without a body, which the real server refuses since 2026-07")
	flags.StringArrayVar(&f.hosts, "host", nil, "answer to this `NAME` with a dot too, and with --tls have a certificate for it; may be given again")
	flags.StringArrayVar(&f.origins, "cors", nil, "let pages of this `ORIGIN` use it from a browser, as in http://localhost:3000; * for all; may be given again")
	flags.BoolVar(&f.empty, "empty", false, "begin with one user and nothing posted")
	flags.StringArrayVar(&f.fixtures, "fixtures", nil, "begin with what is in `FILE` besides; may be given again")
	flags.StringVar(&f.state, "state", "", "begin with the state in `FILE`, where there is one, and write it there at the end")
	flags.StringToStringVar(&f.tunnels, "tunnel", nil, "call a webhook that is registered as `PUBLIC=LOCAL` at LOCAL, as in https://example.com/hook=http://127.0.0.1:8090/hook")
	flags.BoolVar(&f.quiet, "quiet", false, "print no line for each request")
}

// options returns what the flags say as options of the sandbox.
func (f *sandboxFlags) options() ([]xapitest.Option, error) {
	options := []xapitest.Option{
		xapitest.WithAddr(f.addr), xapitest.WithSeed(f.seed), xapitest.WithProblemHost(f.problemHost),
		xapitest.WithProcessingTime(f.processing), xapitest.WithHosts(f.hosts...), xapitest.WithCORS(f.origins...),
	}
	for given, option := range map[*bool]func() xapitest.Option{
		&f.remote: xapitest.WithRemoteAccess, &f.tls: xapitest.WithTLS, &f.unlimited: xapitest.WithoutRateLimits,
		&f.bodiless: xapitest.WithBodilessFinalize, &f.empty: xapitest.WithEmptyWorld,
	} {
		if *given {
			options = append(options, option())
		}
	}
	for _, file := range f.fixtures {
		options = append(options, xapitest.WithFixtures(file))
	}
	if f.maxSegment > 0 {
		options = append(options, xapitest.WithMaxSegment(int64(f.maxSegment)))
	}
	if f.connections != 0 {
		options = append(options, xapitest.WithConnectionLimit(f.connections))
	}
	if f.record != "" {
		options = append(options, xapitest.WithRecorder(f.record))
	}
	for _, uri := range f.redirects {
		options = append(options, xapitest.WithRedirectURI(uri))
	}
	for operation, status := range f.statuses {
		options = append(options, xapitest.WithStatus(operation, status))
	}
	faults, err := f.rules()
	return append(options, xapitest.WithFaults(faults...)), err
}

// rules reads the faults of both flags.
func (f *sandboxFlags) rules() ([]xapitest.Fault, error) {
	var all []xapitest.Fault
	for _, rule := range f.faults {
		parsed, err := xapitest.ParseFaults([]byte(rule))
		if err != nil {
			return nil, usage("--fault: %w", err)
		}
		all = append(all, parsed...)
	}
	if f.faultFile == "" {
		return all, nil
	}
	raw, err := os.ReadFile(f.faultFile)
	if err != nil {
		return nil, usageError{fmt.Errorf("--faults: %w", err)}
	}
	parsed, err := xapitest.ParseFaults(raw)
	if err != nil {
		return nil, usage("--faults: %s: %w", f.faultFile, err)
	}
	return append(all, parsed...), nil
}
