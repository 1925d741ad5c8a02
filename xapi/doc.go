// Package xapi is a client for the X API v2.
//
// A Client has one typed method for every operation of the spec, named after the operation. Options given to New hold
// for all calls of the client, options given to a call for that call alone.
//
//	client, err := xapi.New(xapi.WithAccessToken(token))
//	...
//	post, err := client.CreatePosts(ctx, xapi.PostWithMedia("Hello"))
//
// Package media uploads on top of a Client, package auth has the logins that WithLogin takes, package validate what is
// found in requests and answers, and package xapitest a sandbox to test against. Package thread publishes chains of posts,
// package compliance runs jobs over what is stored, and package posttext tells how long a text is. A Client needs no
// closing: what it keeps is idle connections, for a while.
//
// What a program learns of an operation at run time, its parameters, scopes, limits and price, FindOperation tells, and
// Client.Call calls it by name. What no contract has yet goes by Client.Do, WithQuery and WithHeader.
//
// # Lists and joins
//
// An operation that pages has a second method, SearchPostsRecentPages beside SearchPostsRecent, which reads the whole
// list: see Pager. Pager.Join, and NewJoin of any other answer, finds what the objects of an answer refer to.
// AllPostFields and its like ask for everything that the operation called offers. What the types do not have stands in
// the bytes of the answer: see WithRaw, Pager.Raw and Field.
//
// # Validation
//
// Requests are held against the spec before anything is sent, and refused with a *validate.RequestError that has every
// finding. Answers are held against it too: what differs is reported, to the logger and to WithDriftFunc, and returned
// all the same. WithValidation changes either, for the client or for one call.
//
// # Retries
//
// Whether a request is sent again is decided for each operation: the table of operations says which are safe to repeat,
// and why.
//
//	failure                                            safe to repeat   others, createPosts for one
//	the request did not leave, or was not processed    repeated         repeated
//	429, the window is renewed soon, or none is named  repeated         repeated
//	429, the window is renewed late                    *RateLimitError  *RateLimitError
//	429, usage cap or too many connections             *Error           *Error
//	connection lost, answer cut, nothing moves         repeated         *NetworkError
//	408, 425, 500, 502, 503, 504, 520 to 524           repeated         *Error
//	any other status                                   *Error           *Error
//
// Whether a request left is traced, not guessed: no connection, a proxy that refuses one, a handshake that fails. That
// it was not processed is the server's word, by a REFUSED_STREAM or GOAWAY of HTTP/2. A redirect that would change the
// method is not followed, nor is one to another host.
//
// A finalize whose outcome is unknown asks for the status before it is repeated. A body that cannot be read again is
// sent once: give a Body, or a reader that net/http knows how to rewind. Each attempt is signed anew. The waits grow
// exponentially with jitter and are never zero, a Retry-After lengthens them; WithMaxAttempts, WithMaxElapsed and WithBackoff set the
// budget. A context that ends, ends the call at once.
//
// # Rate limits
//
// The client keeps to the windows that the server tells it: no more calls of an operation are under way than its window
// has left, and once it is spent the next wait for its reset, or fail before they are sent; see WithRateLimitWait. Since
// nothing is known before the first answer, the first call of an operation goes alone for up to two seconds, unless it
// carries a large body. Resets are taken by the server's clock, as its answers show it. Clients that share a window, of one
// process or of a fleet, count together with WithRateStore. Client.RateLimit, WithRateLimitFunc and Error.RateLimit show the windows.
//
// # Money
//
// Where credits are paid with, WithBudget bounds what calls cost, for a client, a list or a call: by an estimate before
// anything is sent, and a count of what the answers have. Nothing is counted without it.
//
// # Errors
//
// An answer of failure is an *Error, for errors.Is one of ErrUnauthorized, ErrForbidden, ErrNotFound and so on, for
// errors.As also the problem that it holds, *ResourceNotFoundProblem for one. A call without an answer is a
// *NetworkError, a call that a rate limit has no room for a *RateLimitError, a 2xx that cannot be decoded a *DecodeError
// beside what could be. NextStepOf tells what to do about an error, as one of six steps, and MaybeDone whether what the
// call was to do may have been done all the same. An answer with data and errors is a success: see PartialErrors. No error
// and no log line holds a secret.
package xapi
