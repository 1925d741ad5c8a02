package wire

import (
	"encoding/json"
)

// Answer returns the JSON text of an answer as the types of Go spell it: with new names in the place of old ones, and
// with the `data` around it that some versions leave out.
func (op *Endpoint) Answer(text []byte) []byte {
	text = Rename(text, op.Names)
	if !op.Bare {
		return text
	}
	var top map[string]json.RawMessage
	if json.Unmarshal(text, &top) != nil || len(top) == 0 || top["data"] != nil || top["errors"] != nil {
		return text
	}
	return append(append([]byte(`{"data":`), text...), '}')
}
