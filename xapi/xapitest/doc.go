// Package xapitest is a fake of the X API that keeps state, for tests and demonstrations: an HTTP server that takes
// uploads, checks and stores their segments, processes them by its clock, keeps metadata, subtitles and posts, and
// answers with the statuses and bodies that the real API has been seen to answer with.
//
// In a test:
//
//	srv := xapitest.New(t)
//	client, err := xapi.New(xapi.WithBaseURL(srv.URL), xapi.WithAccessToken(srv.Token()))
//	// ... upload with client, then ask what arrived:
//	media, ok := srv.Media(id)
//
// The server speaks HTTP on a loopback address unless told otherwise, so that clients in any language can use it. At
// /sandbox/ it has a page that shows what happens. It is built from the same document as the client, and from what was
// observed of the real server where the two differ.
//
// # The world
//
// The sandbox holds one world: some hundred users who follow each other and some ten thousand posts of the last weeks,
// with what goes with them, made up from WithSeed and the same for all sandboxes of a day (and of all days, where
// WithClock stops the time). WithEmptyWorld begins with nothing, WithFixtures adds what a file holds, Server.Reset goes
// back to the beginning. What one call writes, every other sees: counts, timelines, searches, lists, streams.
//
// Reads answer as X does: with the fields and expansions that were asked for and no others, in the spelling of the
// request (of tweets or of posts), in pages, with what is missing in errors. Searches and the rules of streams take words,
// phrases, from:, to:, @name, #tag, $tag, url:, conversation_id:, in_reply_to_tweet_id:, retweets_of:, lang:, has:, is:,
// place_country:, list:, sample: and more, with OR, a minus and parentheses.
//
// Posts, likes and deletions made in the sandbox come out of the streams that are open, at once. Its sample streams have
// every post, since there are few.
//
// Compliance jobs take ids and give results at addresses of the sandbox's own. What people and X do and no operation does,
// such as blocking somebody, suspending an account, labelling a post or beginning a space, happens by Server.Act.
//
// # Webhooks
//
// A webhook that is registered is challenged first, and again each day, and gets what happens as X delivers it, signed
// with both secrets of Server.App: activity of subscribed accounts, X Activity, and posts that match the rules of the
// filtered stream. What it does not answer with 200 within ten seconds it gets three more times within five minutes, and
// by a replay job. Deliveries come one after another, by the sandbox's clock; Server.Deliveries has what became of them.
//
// The sandbox calls no other machine unasked. A webhook is registered by an address of this one, which may do without
// https and have a port, or by any that Server.Tunnel says the place of.
//
// # Answers of one's own
//
// Every operation of the spec answers; what has no state answers with data made up from its schema. Handle has a function
// of the test's own answer an operation.
//
// # Mistakes
//
// Requests are held against the spec and refused with the API's 400. Callers log in with OAuth 2.0, as an app, or sign
// with OAuth 1.0a by the credentials of Server.App; what they may call is what the spec's security says. Media that are too
// large, or are not what they are said to be, posts that are too long, replies to what is gone, paths of older versions
// and the like are refused in the words of the API; the header X-Sandbox-Hint, and Server.Requests, say what to do
// instead. Rate limits are those documented, for users and for the app, unless WithRateLimit sets others or
// WithoutRateLimits lifts them. Of each stream, and of each partition of it, one connection may be open, two of the activity stream:
// what one too many is refused with is TooManyConnections, and WithConnectionLimit allows more.
//
// Bytes are kept in one temporary file, not in memory, until the upload expires, the post that shows it is deleted, or the
// sandbox is closed.
//
// # Time
//
// Processing and expiry follow a clock that Server.Advance moves on, so that no test waits. WithProcessing has processing
// go by the number of questions instead.
//
// # Misbehaviour
//
// A Fault is a rule: which calls, and what happens to them. It may answer as the real API has been seen to fail (Answers
// has the names), break the connection before, amid or after the call, cut the answer, delay it, or let it drift from
// the spec. Streams can be ended by either form of X's message, cut, stalled, or refused.
//
// # The page, and any language
//
// A browser at the URL and /sandbox/ shows the timeline, uploads, streams and every request as it happens, and switches
// faults, moves the clock and resets. What the page does, every program can do over HTTP, in JSON, below /sandbox/api/:
//
//	GET    /sandbox/api/requests?operation=createPosts&body={"text":"hello"}   what was sent, with bodies, without secrets
//	POST   /sandbox/api/requests/12/replay                                     send it again
//	GET    /sandbox/api/events                                                 requests as they happen (server-sent events)
//	GET    /sandbox/api/state, /timeline, /posts, /media, /media/{id}/content  what there is
//	POST   /sandbox/api/faults   {"operation": "createPosts", "do": {"answer": "unavailable"}}
//	DELETE /sandbox/api/faults, /faults/{id}
//	PUT    /sandbox/api/stubs/getUsersMe   {"body": {"data": {…}}, "times": 1}  your own answer, held against the contract
//	POST   /sandbox/api/clock    {"advance": "24h"}, {"now": "2030-01-01T00:00:00Z"} or {"frozen": true}
//	POST   /sandbox/api/tokens   {"username": "ada", "scopes": ["tweet.read"], "lifetime": "2h"}
//	GET    /sandbox/api/document, PUT to put it back, POST to add                the whole state
//	POST   /sandbox/api/reset
//
// GET /sandbox/api/ lists all of them, as Controls does. They take no token, count against no limit, are not disturbed by
// faults and are not among the requests. Pages of other origins may not use them unless WithCORS allows it, nor does the sandbox
// answer to a name that is led to this machine, unless WithHosts has it.
//
// # Recording
//
// WithRecorder writes each exchange to a file of its own, without secrets. Replay plays files like these back without a
// sandbox: what was recorded, or what somebody has seen of the real API.
package xapitest
