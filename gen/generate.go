// Package gen is the API as the spec declares it: its types, its request builders, one typed method for each operation,
// and the table of operations. All of it is generated from openapi/ and never edited; a bump of the spec may change any
// name here that is not derived from an operationId.
//
// Programs use it through package xapi, whose Client has all of API's methods.
package gen

//go:generate go run ../openapi/specsync correct
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config models.cfg.yaml spec/openapi.json
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config client.cfg.yaml spec/openapi.json
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config operations.cfg.yaml spec/openapi.json
