//go:build fleet

package server

// Real says that tests run on real servers, as make fleet-test has them do.
const Real = true
