// Package wire holds what the generated types stand on: how times and numbers are read that the API writes in more than
// one way, how a request is built from an operation's parameters, and how the two spellings of the API are brought
// together. Programs meet its types under the names that package xapi gives them.
package wire
