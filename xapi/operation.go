package xapi

import (
	"iter"
	"strings"
	"time"

	"github.com/xapi-go/xapi-go/gen"
)

// Operation describes an operation of the API: what it takes, what it needs, what it is limited to and what it costs.
// Each has a method of [Client] under its Name; [Client.Call] calls it by name.
type Operation struct {
	// ID is the operation's id, [OpCreatePosts] for one, and Name that of its method.
	ID, Name string
	// Method and Path are how it is called; the path's placeholders stand in braces.
	Method, Path string
	// Family is what X lists it under, and Summary says in a few words what it does, both empty for some that are withdrawn.
	Family, Summary string
	// Arguments are the names of the path's placeholders, in order.
	Arguments []string
	// Parameters are its query parameters.
	Parameters []OperationParameter
	// Body is the type of its body in Go, empty where it takes none.
	Body string
	// Authorization lists the ways to authorize it, any of which will do; it is empty where none is needed.
	Authorization []Authorization
	// Limits are how many calls X says it allows, none where X says nothing. [Client.RateLimit] is what the server told.
	Limits []PublishedLimit
	// Unit is what a call is charged by, and Price what one costs, by X's list of [PricesDate]; both are zero where that
	// list has no price.
	Unit  Unit
	Price Money
	// PerResource says that each resource that a call returns is charged, otherwise each call is.
	PerResource bool
	// Paged says that its answer is a page of a list, which [Client.CallPages] reads whole; FewestPerPage and MostPerPage
	// bound how many elements a page may be asked for, both are 0 where it does not take max_results.
	Paged                      bool
	FewestPerPage, MostPerPage int
	// Repeatable says that the client sends it again after an unknown outcome.
	Repeatable bool
	// Unread says that its answer is a stream or a file, of which the client reads nothing by itself.
	Unread bool
	// Withdrawn says that the contract does not have it any more. It can be called all the same.
	Withdrawn bool

	row *gen.Endpoint
}

// OperationParameter is a query parameter of an operation.
type OperationParameter struct {
	// Name is its name as Go spells it, and Wire as it is sent: post.fields may be tweet.fields there.
	Name, Wire string
	// Required says that a call without it is refused.
	Required bool
	// Values are those that the contract declares, as they are sent; nil where any goes.
	Values []string
}

// Authorization is one way to authorize an operation.
type Authorization struct {
	// Scheme is the name of the security scheme in the spec: OAuth2UserToken, UserToken for OAuth 1.0a, BearerToken for
	// app-only tokens.
	Scheme string
	// Scopes are those that an OAuth 2.0 token must carry.
	Scopes []string
}

// PublishedLimit is so many Calls Per span of time, for each user where PerUser is set, otherwise for the app.
type PublishedLimit struct {
	Calls   int
	Per     time.Duration
	PerUser bool
}

// Operations yields every operation, in the order of their paths.
func Operations() iter.Seq[Operation] {
	return func(yield func(Operation) bool) {
		for row := range gen.Operations() {
			if !yield(describe(row)) {
				return
			}
		}
	}
}

// FindOperation returns the operation of that id or name, whatever the case of its letters.
func FindOperation(name string) (Operation, bool) {
	if row := endpointNamed(name); row != nil {
		return describe(row), true
	}
	return Operation{}, false
}

func endpointNamed(name string) *gen.Endpoint {
	for row := range gen.Operations() {
		if strings.EqualFold(row.ID, name) || strings.EqualFold(row.Name, name) {
			return row
		}
	}
	return nil
}

func describe(row *gen.Endpoint) Operation {
	op := Operation{
		ID: row.ID, Name: row.Name, Method: row.Method, Path: row.Path, Family: row.Tag, Summary: row.Summary,
		Arguments: row.Placeholders(), Body: row.Body, Repeatable: row.Repeatable, Unread: row.Stream, Withdrawn: row.Gone,
		Unit: Unit(row.Unit), row: row,
	}
	for _, param := range row.Params {
		op.Parameters = append(op.Parameters, OperationParameter{Name: param.Name, Wire: param.Wire, Required: param.Required, Values: param.Values})
	}
	if row.Paging != nil {
		op.Paged, op.FewestPerPage, op.MostPerPage = true, row.Paging.Floor, row.Paging.Ceiling
	}
	for _, way := range row.Security {
		op.Authorization = append(op.Authorization, Authorization{Scheme: way.Scheme, Scopes: way.Scopes})
	}
	for _, limit := range row.Limits {
		op.Limits = append(op.Limits, PublishedLimit{Calls: limit.Calls, Per: limit.Per, PerUser: limit.User})
	}
	if price := priceOf(op.Unit); price != nil {
		op.Price, op.PerResource = Money(price.Amount), price.Resource
	}
	return op
}
