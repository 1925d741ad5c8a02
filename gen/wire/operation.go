package wire

// Operation is what calls of one operation have in common, whoever makes them.
type Operation struct {
	// ID is the operation's id: the operationId of the spec when the operation was first met. It stays when X renames it.
	ID string
	// Method is the HTTP method, in capitals.
	Method string
	// Path is the path template.
	Path string
	// Security lists the alternatives that may authorize the call. Empty means that none is needed.
	Security []Requirement
	// Repeatable says that sending the call a second time after an unknown outcome does no harm.
	Repeatable bool
	// Stream says that the answer has no end of its own or is no JSON: its body is handed over unread.
	Stream bool
}

// Requirement is one way to authorize an operation: the security scheme's name in the spec, and the OAuth 2.0 scopes
// that the token must carry.
type Requirement = struct {
	Scheme string
	Scopes []string
}

// Endpoint is one row of the table of operations: an operation, and how its requests and answers are written.
type Endpoint struct {
	Operation
	// Name is the operation's name in Go, and Summary says in a few words what it does.
	Name, Summary string
	// Tag is the family that the operation is listed under.
	Tag string
	// Gone says that the contract does not have the operation: another version had it. Calls of it go out all the same,
	// and are held against nothing.
	Gone bool
	// Old says that the contract declares the operation in the spelling that speaks of tweets.
	Old bool
	// Params are the query parameters, by their names in Go's spelling, in order.
	Params []Param
	// Names are the fields of answers that have an old name.
	Names Names
	// BodyOld are the fields of the body that the contract has under their old names, BodyNew those that had one and that
	// it has under the new.
	BodyOld, BodyNew Names
	// Paging is how its list is read page by page, nil where it is no list or has one page.
	Paging *Paging
	// Partitions is how many partitions a stream is cut into, 0 where it is whole.
	Partitions int
	// Limits are how many calls X says it allows.
	Limits []Limit
	// Body is the type of the body in Go, empty where none is taken.
	Body string
	// Unit is what a call is charged by, empty where no price is published.
	Unit string
	// Batch is the query parameter that lists what to look up, empty where there is none.
	Batch string
	// Most is how many elements an answer has: at the most where Batch lists them, else where the call does not say.
	Most int
	// Bare says that answers come with `data` around them or without.
	Bare bool
}

// Param is a query parameter.
type Param struct {
	// Name is the parameter's name in the new spelling, Was the one in the old spelling where it has two, and Wire the one
	// that the contract declares.
	Name, Was, Wire string
	// Required says that a call without it is refused.
	Required bool
	// Values are those that the contract declares, nil where any goes.
	Values []string
	// Old are the values that had another name before.
	Old []Pair
}

// Paging is how a list is read page by page. The token of the next page stands in meta.next_token.
type Paging struct {
	// Token is the parameter that takes it.
	Token string
	// Floor and Ceiling bound max_results; both are 0 where the operation does not take it.
	Floor, Ceiling int
}
