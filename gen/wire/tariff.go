package wire

import "time"

// Limit is how many calls of an operation X says it allows in a span of time.
type Limit struct {
	// Calls is how many, and Per the span.
	Calls int
	Per   time.Duration
	// User says that each user has as many; otherwise they are those of the app's users together.
	User bool
}

// Price is what X charges for one unit, in millionths of a dollar.
type Price struct {
	Unit   string
	Amount int64
	// Resource says that each resource of an answer is a unit; otherwise each call is.
	Resource bool
}

// Unit says which unit something comes to.
type Unit struct{ Name, Unit string }
