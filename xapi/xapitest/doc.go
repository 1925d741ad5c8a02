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
// The server speaks HTTP on a loopback address unless told otherwise, so that clients in any language can use it; these
// ask what arrived below /sandbox/. It is built from the same document as the client, and from what was observed of the
// real server where the two differ.
//
// # What it does
//
// Every operation of the spec answers. Uploads, metadata, subtitles, lookup, posts and the caller keep state; the rest
// answers with data made up from its schema, the same for the same seed. Requests are held against the spec and refused
// with the API's 400. Callers log in with OAuth 2.0, as an app, or sign with OAuth 1.0a by the credentials of Server.App;
// what they may call is what the spec's security says. Rate limits are those documented, unless WithRateLimit sets
// others.
//
// Bytes are kept in one temporary file, not in memory, until the sandbox is closed.
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
// the spec.
//
// # Recording
//
// WithRecorder writes each exchange to a file of its own, without secrets. Replay plays files like these back without a
// sandbox: what was recorded, or what somebody has seen of the real API.
package xapitest
