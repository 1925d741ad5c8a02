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
// The server speaks plain HTTP on a loopback address unless told otherwise, so clients in any language can use it. It
// is built from the same document as the client, and from what was observed of the real server where the two differ.
package xapitest
