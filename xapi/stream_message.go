package xapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
)

// Words by which messages about a connection are told from documents. A document that holds one is looked at twice.
var messageWords = [][]byte{[]byte("disconnect"), []byte("streaming-connection"), []byte("connection_issue"), []byte("ConnectionException")}

// message returns the error of a line by which X says why it ends a stream, with the list of errors around it or
// without, and nil for any other line.
func (s *streamed) message(line []byte) error {
	if bytes.HasPrefix(line, []byte(`{"data":{`)) || !slices.ContainsFunc(messageWords, func(word []byte) bool { return bytes.Contains(line, word) }) {
		return nil
	}
	var top struct {
		Data   json.RawMessage `json:"data"`
		Errors []Problem       `json:"errors"`
		// Disconnect is the form of API v1.1.
		Disconnect *struct {
			Reason string `json:"reason"`
		} `json:"disconnect"`
		Problem
	}
	_ = json.Unmarshal(line, &top) // what does not fit stays empty
	said := slices.DeleteFunc(append(top.Errors, top.Problem), func(p Problem) bool { return connectionKind(p) == "" })
	if !absent(top.Data) || top.Disconnect == nil && len(said) == 0 {
		return nil
	}
	raw := s.caller.redactor.Bytes(quote(line))
	body := parseErrorBody(raw)
	failed := &Error{
		Operation: s.row.ID, Status: http.StatusOK, Type: body.Type, Title: body.Title, Detail: body.Detail,
		Messages: body.Messages, Attempts: 1, Body: raw, problems: body.problems,
	}
	for _, problem := range said {
		if kind := connectionKind(problem); problemKind(problem.Type) != kind { // sent without its type
			text, _ := json.Marshal(problem)
			failed.problems = append(failed.problems, newProblem(kind, text))
		}
	}
	if top.Disconnect != nil {
		failed.Detail = top.Disconnect.Reason
	}
	return failed
}

// connectionKind returns the kind of a problem of the connection, empty for one of a document.
func connectionKind(p Problem) string {
	switch kind := problemKind(p.Type); {
	case kind == "operational-disconnect", kind == "client-disconnected", kind == "streaming-connection":
		return kind
	case p.ConnectionIssue != "", p.Title == "ConnectionException":
		return "streaming-connection"
	case p.DisconnectType != "", p.Title == "operational-disconnect":
		return "operational-disconnect"
	}
	return ""
}
