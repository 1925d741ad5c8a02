package xapitest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// maxWrong bounds how much is said of what was wrong, in bytes.
const maxWrong = 600

// wrong says in one line what an answer finds wrong with its request: the messages of its errors, or its detail.
func wrong(status int, answer []byte) string {
	if status < http.StatusBadRequest && !bytes.Contains(answer, []byte(`"errors":[`)) {
		return ""
	}
	var body struct {
		Errors           []any
		Title, Detail    string
		Message          string
		ErrorDescription string `json:"error_description"`
	}
	_ = json.Unmarshal(answer, &body)
	var found []string
	say := func(text any) bool {
		line, _ := text.(string)
		if line == "" {
			return false
		}
		if !slices.Contains(found, line) {
			found = append(found, line)
		}
		return true
	}
	for _, each := range body.Errors {
		if fields, isObject := each.(object); !isObject {
			say(each)
		} else if !say(fields["message"]) && !say(fields["detail"]) {
			say(fields["title"])
		}
	}
	if len(found) == 0 {
		_ = say(body.ErrorDescription) || say(body.Detail) || say(body.Message) || say(body.Title)
	}
	return strings.ToValidUTF8(shortened(strings.Join(found, "; "), maxWrong), "")
}

func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}
