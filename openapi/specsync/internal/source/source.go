// Package source fetches a document from a file or an address, within bounds.
package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// Live is where X publishes its current spec, without authentication.
const Live = "https://api.x.com/2/openapi.json"

const (
	// answerIn is how long a server may take to start its answer.
	answerIn = 15 * time.Second
	// fetchIn is how long the whole of it may take.
	fetchIn = time.Minute
)

// Read returns the bytes at an address (http or https) or in a file: at most document.MaxSize, and never more is read.
func Read(ctx context.Context, from string) ([]byte, error) {
	var data []byte
	var err error
	if strings.HasPrefix(from, "http://") || strings.HasPrefix(from, "https://") {
		data, err = fetch(ctx, from)
	} else {
		data, err = readFile(from)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", from, err)
	}
	return data, nil
}

func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, errors.Unwrap(err) // the name stands in the message already
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no regular file")
	}
	return bounded(file, info.Size())
}

func fetch(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchIn)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if err := secure(req.URL); err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json, application/yaml;q=0.9, text/markdown;q=0.8, */*;q=0.1")
	req.Header.Set("User-Agent", "xapi-go-specsync")
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, DisableKeepAlives: true,
		TLSHandshakeTimeout: answerIn, ResponseHeaderTimeout: answerIn,
	}
	resp, err := (&http.Client{Transport: transport, CheckRedirect: sameHost}).Do(req)
	if err != nil {
		return nil, plain(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", resp.Status)
	}
	data, err := bounded(resp.Body, resp.ContentLength)
	return data, plain(err)
}

// secure refuses cleartext, over which anyone on the way could change what code is generated, except to this machine.
func secure(address *url.URL) error {
	if address.Scheme == "https" {
		return nil
	}
	ip := net.ParseIP(address.Hostname())
	if address.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return errors.New("http is refused except to this machine; use https")
}

func sameHost(req *http.Request, via []*http.Request) error {
	switch {
	case req.URL.Host != via[0].URL.Host:
		return fmt.Errorf("it redirects to another host, %s; give that address if it is to be trusted", req.URL.Host)
	case len(via) >= 5:
		return errors.New("it redirects more than 5 times")
	}
	return secure(req.URL)
}

// bounded reads all there is, unless it says or turns out that it is too much.
func bounded(r io.Reader, size int64) ([]byte, error) {
	tooMuch := fmt.Errorf("it has more than %d MiB, far more than any OpenAPI document of this API", document.MaxSize>>20)
	if size > document.MaxSize {
		return nil, tooMuch
	}
	data, err := io.ReadAll(io.LimitReader(r, document.MaxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > document.MaxSize {
		return nil, tooMuch
	}
	return data, nil
}

// plain says what went wrong without the address, which the message starts with.
func plain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the server does not answer, or not in full, within %v and %v: %w", answerIn, fetchIn, err)
	}
	return err
}
