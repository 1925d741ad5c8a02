// Package gen is the API in Go: its things and parameters as types, named by openapi/model.yaml and not by the spec, and
// the table of operations. All of it is generated from openapi/ and never edited. What a version of the spec takes away
// stays here, so that a bump adds names and never takes any.
//
// Programs use it through package xapi, which has all of it under the same names, and a method for each operation.
package gen

//go:generate go run ../openapi/specsync correct
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config models.cfg.yaml types.json
//go:generate go run ../openapi/specsync emit
