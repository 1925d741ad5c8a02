package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi"
)

// rehearsal stands in for the network: it keeps a request, and fails.
type rehearsal struct {
	request *http.Request
	body    []byte
}

var errRehearsed = errors.New("not sent")

func (r *rehearsal) RoundTrip(req *http.Request) (*http.Response, error) {
	r.request = req
	if req.Body != nil {
		r.body, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	return nil, errRehearsed
}

// rehearse makes the request as it would be made, checks included, and prints it, or what it would cost. It needs no
// credentials.
func (call *calling) rehearse(ctx context.Context, c console, row *gen.Endpoint, arguments map[string]string, body any, options []xapi.CallOption) error {
	kept := new(rehearsal)
	client, err := call.connect(xapi.WithAccessToken("none"), xapi.WithBearerToken("none"), xapi.WithMaxAttempts(1),
		xapi.WithHTTPClient(&http.Client{Transport: kept}))
	if err != nil {
		return err
	}
	if call.all || call.pages {
		var pages *xapi.Pager[json.RawMessage]
		if pages, err = call.pager(client, row, arguments, xapi.ForEachPage(options...)); err != nil {
			return err
		}
		for _, err = range pages.Pages(ctx) { // the first page fails, and is the last
			continue
		}
	} else {
		err = client.Call(ctx, row.ID, arguments, body, nil, options...)
	}
	if kept.request == nil {
		return err
	}
	if call.estimate {
		return call.price(c, row, kept)
	}
	return describe(c, kept)
}

// describe prints a request as it would be sent, without credentials.
func describe(c console, kept *rehearsal) error {
	req := kept.request
	if err := c.say("%s %s\n", req.Method, req.URL); err != nil {
		return err
	}
	if len(kept.body) == 0 {
		return nil
	}
	return c.say("Content-Type: %s\n\n%s\n", req.Header.Get("Content-Type"), string(kept.body))
}

// price prints the most that a call, or a whole list, would cost.
func (call *calling) price(c console, row *gen.Endpoint, kept *rehearsal) error {
	op, _ := xapi.FindOperation(row.ID)
	if op.Unit == "" {
		return c.say("%s has no published price, as of %s\n", row.ID, xapi.PricesDate)
	}
	query, what := kept.request.URL.Query(), "it costs"
	switch {
	case (call.all || call.pages) && call.limit > 0 && row.Paging.Ceiling > 0:
		query.Set("max_results", strconv.Itoa(max(call.limit, row.Paging.Floor)))
	case call.all || call.pages:
		what = "each page costs"
	case row.Stream:
		what = "each document costs"
	}
	charge := op.Estimate(query, kept.body, xapi.DefaultPrices())
	return c.say("%s at the most %s, by the prices of %s; nothing was sent\n", what, charge.String(), xapi.PricesDate)
}

// dollars reads an amount of money.
func dollars(text string) (xapi.Money, error) {
	amount, err := strconv.ParseFloat(strings.TrimPrefix(text, "$"), 64)
	if err != nil || amount < 0 || amount > 1e9 || math.IsNaN(amount) {
		return 0, usage("--budget %q is no amount of dollars, like 0.50", text)
	}
	return xapi.Money(math.Round(amount * float64(xapi.Dollar))), nil
}
