package transport

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	// pingAfter and pingWithin find dead connections of HTTP/2: one on which nothing came for so long is asked for a sign
	// of life, and closed where none comes in time. Together they stay below the idle timeout.
	pingAfter, pingWithin = 15 * time.Second, 15 * time.Second
	// bulkPingWithin is longer, since a ping waits behind the bodies that lie in buffers on the way.
	bulkPingWithin = 2 * time.Minute
	// keptIdle is how long an idle connection is kept, and keptPerHost how many of HTTP/1.1 are, where the caller does not
	// say. All calls go to one host, for which net/http's two are few.
	keptIdle, keptPerHost = 90 * time.Second, 16
)

// tuned returns a copy of base that finds dead connections, without connections yet. What base says of either is kept.
func tuned(base *http.Transport, large bool) *http.Transport {
	t := base.Clone()
	// The copy does not speak HTTP/2 by itself where base, being without settings of its own, does.
	if _, speaks := base.TLSNextProto["h2"]; speaks {
		t.TLSNextProto, t.ForceAttemptHTTP2 = nil, true
	}
	if t.HTTP2 == nil {
		t.HTTP2 = &http.HTTP2Config{}
	}
	if t.HTTP2.SendPingTimeout == 0 {
		t.HTTP2.SendPingTimeout = pingAfter
	}
	if t.HTTP2.PingTimeout == 0 {
		t.HTTP2.PingTimeout = pingWithin
		if large {
			t.HTTP2.PingTimeout = bulkPingWithin
		}
	}
	if t.IdleConnTimeout == 0 {
		t.IdleConnTimeout = keptIdle
	}
	if t.MaxIdleConnsPerHost == 0 {
		t.MaxIdleConnsPerHost = keptPerHost
	}
	t.OnProxyConnectResponse = refusals(base.OnProxyConnectResponse)
	return t
}

// proxyAnswer sees the answer of a proxy to CONNECT.
type proxyAnswer = func(ctx context.Context, proxy *url.URL, asked *http.Request, answer *http.Response) error

// refusals makes an error of an answer by which the proxy does not connect. net/http's own has the words of the status
// alone.
func refusals(next proxyAnswer) proxyAnswer {
	return func(ctx context.Context, proxy *url.URL, asked *http.Request, answer *http.Response) error {
		if next != nil {
			if err := next(ctx, proxy, asked, answer); err != nil {
				return err
			}
		}
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("it refused to connect to %s: %d %s", asked.Host, answer.StatusCode, http.StatusText(answer.StatusCode))
		}
		return nil
	}
}

// proxyOf returns the proxy that a request of the transport goes through, without its credentials, or "" where there is
// none.
func proxyOf(t *http.Transport, req *http.Request) string {
	if t == nil || t.Proxy == nil {
		return ""
	}
	proxy, err := t.Proxy(req)
	if err != nil || proxy == nil {
		return ""
	}
	return (&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String()
}
