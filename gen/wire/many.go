package wire

import (
	"bytes"
	"encoding/json"
)

// Many is a list that also comes as its only element, without the list around it.
type Many[T any] []T

// UnmarshalJSON reads a list, or a single element.
func (m *Many[T]) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] == '[' || string(data) == "null" {
		return json.Unmarshal(data, (*[]T)(m))
	}
	var one T
	err := json.Unmarshal(data, &one)
	*m = Many[T]{one}
	return err
}
