package media

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/xapi-go/xapi-go/xapi"
)

// maxKeys is how many media keys one call of lookup or analytics takes.
const maxKeys = 100

// eachBatch calls ask for the keys, at most maxKeys at a time and in order.
func eachBatch(operation string, keys []string, ask func(batch []string) error) error {
	if len(keys) == 0 {
		return inputError("%s: no media keys are given", operation)
	}
	for _, key := range keys {
		if !isKey(key) {
			return inputError("%s: %q is not a media key like 3_1234567890", operation, key)
		}
	}
	for batch := range slices.Chunk(keys, maxKeys) {
		if err := ask(batch); err != nil {
			return err
		}
	}
	return nil
}

// asked makes one call and returns its answer as T. Where the client hands over the bytes of the answer, T is read from
// those, since the generated types lack the fields that a new kind of media brings.
func asked[T, R any](operation string, opts []xapi.CallOption, call func(opts []xapi.CallOption) (R, error)) (T, error) {
	var raw []byte
	result, err := call(append(opts[:len(opts):len(opts)], xapi.WithRaw(&raw)))
	var to T
	if err != nil {
		return to, err
	}
	if len(raw) > 0 {
		err = json.Unmarshal(raw, &to)
	} else {
		to, err = convert[T](result)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w: %w", operation, ErrContract, err)
	}
	return to, err
}
