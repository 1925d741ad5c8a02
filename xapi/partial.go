package xapi

import "encoding/json"

// PartialErrors makes errors of the problems that a successful answer has beside its data: what could not be found, or may
// not be seen, among what was asked for. They stand in the Errors of every result; there are none where the answer is
// whole.
//
// Each unwraps to its problem, as the error of a failed call does, and answers to the same sentinels; it has no status
// but the one that the problem itself names.
func PartialErrors(problems []Problem) []*Error {
	partial := make([]*Error, 0, len(problems))
	for _, problem := range problems {
		raw, err := json.Marshal(problem)
		if err != nil {
			continue
		}
		body := parseErrorBody(raw)
		partial = append(partial, &Error{
			Type: body.Type, Title: body.Title, Detail: body.Detail, Messages: body.Messages, Body: raw,
			Status: int(problem.Status), problems: body.problems,
		})
	}
	return partial
}
