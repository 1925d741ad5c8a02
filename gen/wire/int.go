package wire

import (
	"bytes"
	"strconv"
)

// Int is a whole number that the API writes as a number in one place and as a string in another. What is neither is 0;
// validation reports it.
type Int int64

// UnmarshalJSON reads a number, with or without quotes, and never fails.
func (n *Int) UnmarshalJSON(data []byte) error {
	*n = 0
	text := string(bytes.Trim(data, `"`))
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = Int(whole)
	} else if number, err := strconv.ParseFloat(text, 64); err == nil && number == float64(int64(number)) {
		*n = Int(number)
	}
	return nil
}
