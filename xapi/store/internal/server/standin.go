//go:build !fleet

package server

// Real says that tests run on stand-ins, which want nothing but Go.
const Real = false
