// Package validate checks requests and responses against the OpenAPI document that the client is generated from.
//
// The rules of the schemas are those of kin-openapi, called directly: an operation is found by its operationId rather
// than by routing, and a JSON body is decoded once, into memory that is used again by the next check. On top of the
// schemas' rules come three things that they leave open: a field or query parameter that the document does not declare
// is reported, an object with a discriminator is held to the schema that its discriminator names, and a failed oneOf
// is explained by what would make it hold.
//
// Requests: Validator.Request returns a *RequestError with every finding at once.
//
// Responses: Validator.Response returns the Drifts of one answer. Only 2xx answers are checked. An error's body is
// never held against the document, since what the server sends there follows no published schema.
package validate
