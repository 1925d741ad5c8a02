package xapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/xapi-go/xapi-go/gen"
	"github.com/xapi-go/xapi-go/xapi/posttext"
)

// Estimate returns the most that a call would cost by the prices: each element that it may answer, and for each
// expansion one resource more for each element. query are the query parameters as they are sent, and body is the JSON of
// the request. Of a stream it is the price of one document.
func (o Operation) Estimate(query url.Values, body []byte, prices Prices) Charge {
	if o.row == nil {
		return Charge{}
	}
	return prices.charge(expected(o.row, query, body))
}

// expected are the most units that a call comes to.
func expected(op *gen.Endpoint, query url.Values, body []byte) map[Unit]int {
	price := priceOf(Unit(op.Unit))
	if price == nil {
		return nil
	}
	if !price.Resource {
		return map[Unit]int{requestUnit(op, body): 1}
	}
	elements := elements(op, query)
	units := map[Unit]int{Unit(op.Unit): elements}
	for _, expansion := range listed(query, "expansions") {
		if unit := brought(expansion); unit != "" {
			units[unit] += elements
		}
	}
	return units
}

// elements is how many elements an answer has at the most.
func elements(op *gen.Endpoint, query url.Values) int {
	if op.Batch != "" {
		return max(1, len(listed(query, op.Batch)))
	}
	if asked, err := strconv.Atoi(query.Get("max_results")); err == nil && asked > 0 {
		return asked
	}
	return max(1, op.Most)
}

func listed(query url.Values, name string) []string {
	if value := query.Get(name); value != "" {
		return strings.Split(value, ",")
	}
	return nil
}

// brought is the unit of what a key of includes holds, or an expansion asks for.
func brought(name string) Unit {
	for _, each := range gen.Brought {
		if each.Name == name {
			return Unit(each.Unit)
		}
	}
	return ""
}

// requestUnit is what a request is charged as: a post with an address in it costs more than one without.
func requestUnit(op *gen.Endpoint, body []byte) Unit {
	var draft struct{ Text string }
	if op.ID == OpCreatePosts && json.Unmarshal(body, &draft) == nil && len(posttext.URLs(draft.Text)) > 0 {
		return UnitPostCreateWithURL
	}
	return Unit(op.Unit)
}

// used are the units that a successful answer came to.
func used(op *gen.Endpoint, answer, body []byte) map[Unit]int {
	price := priceOf(Unit(op.Unit))
	if price == nil {
		return nil
	}
	if !price.Resource {
		return map[Unit]int{requestUnit(op, body): 1}
	}
	var top struct {
		Data     json.RawMessage
		Includes map[string]json.RawMessage
	}
	_ = json.Unmarshal(answer, &top) // what does not fit is not counted
	units := map[Unit]int{}
	if n := count(top.Data); n > 0 {
		units[Unit(op.Unit)] = n
	}
	for key, resources := range top.Includes {
		if unit := brought(key); unit != "" {
			units[unit] += count(resources)
		}
	}
	return units
}

// count is how many resources a value has: as many as the list is long, or the one that it is.
func count(value json.RawMessage) int {
	switch {
	case absent(value):
		return 0
	case value[0] != '[':
		return 1
	}
	var list []json.RawMessage
	_ = json.Unmarshal(value, &list) // it is JSON already
	return len(list)
}

// requestBody is the JSON of a request that is charged by what it says.
func requestBody(op *gen.Endpoint, req *http.Request) []byte {
	if op.ID != OpCreatePosts {
		return nil
	}
	body, err := jsonBody(req)
	if err != nil {
		return nil
	}
	return body
}
