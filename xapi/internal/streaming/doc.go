// Package streaming keeps streams up. It is the engine under all streaming operations: it connects, finds the documents
// in what arrives, decodes them on as many goroutines as asked for, hands them over in the order in which they came, and
// connects again after every end that is not for good, in the way and at the times that X asks clients to.
//
// It knows an operation by the functions of a Source, not by generated code.
package streaming
