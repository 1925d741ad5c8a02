//go:build tools

// Package tools pins the code generator to the version in go.mod, so that every checkout generates the same bytes.
package tools

import _ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
