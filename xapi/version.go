package xapi

import (
	"runtime"

	"github.com/xapi-go/xapi-go/gen/spec"
)

const (
	// Version is the release of this module.
	Version = "0.1.0"
	// SpecVersion is the version of the spec that the client was generated from.
	SpecVersion = spec.Version
	// SpecDigest is the sha256 of that spec in canonical form: the version alone does not tell two contents apart.
	SpecDigest = spec.Digest
)

var userAgent = "xapi-go/" + Version + " spec/" + SpecVersion + " (" + SpecDigest[:len("sha256:")+12] + ") " + runtime.Version()
