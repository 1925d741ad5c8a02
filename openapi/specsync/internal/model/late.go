package model

import "slices"

// What the method of an operation may lack.
const (
	LateParams = "params"
	LateBody   = "body"
	LateAnswer = "answer"
)

// lacks is what each operation takes or answers none of, once there are methods.
func (m *Model) lacks() map[string][]string {
	all := map[string][]string{}
	if m.Newest == "" {
		return all
	}
	for name, operation := range m.Operations {
		all[name] = operation.lacks()
	}
	return all
}

func (o *Operation) lacks() []string {
	var lacking []string
	if len(o.Params) == 0 {
		lacking = append(lacking, LateParams)
	}
	if o.Body == "" {
		lacking = append(lacking, LateBody)
	}
	if o.Data == "" && !o.Answers && !o.Bytes && !o.Stream {
		lacking = append(lacking, LateAnswer)
	}
	return lacking
}

// markLate marks what operations lacked before and have now.
func (m *Model) markLate(before map[string][]string) {
	for name, lacking := range before {
		operation := m.Operations[name]
		now := operation.lacks()
		for _, what := range lacking {
			if !slices.Contains(now, what) && !slices.Contains(operation.Late, what) {
				operation.Late = append(operation.Late, what)
			}
		}
	}
}
