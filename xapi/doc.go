// Package xapi is a client for the X API v2.
//
// A Client has one typed method for every operation of the spec, named after the operation. Options given to New hold
// for all calls of the client, options given to a call for that call alone.
package xapi
