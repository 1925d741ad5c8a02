// Package browser has the tests that drive the sandbox's page in a real browser. It is a module of its own, so that the
// driver never reaches a user of the library.
package browser
