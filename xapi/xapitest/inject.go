package xapitest

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// replaced returns the answer that a fault gives in place of the call, if it does.
func (s *Server) replaced(do Do) (answer, bool) {
	switch {
	case do.Answer != "":
		found := canned[do.Answer]
		a := found.build(s)
		a.edge = found.edge
		return a, true
	case do.Status != 0:
		a := answer{status: do.Status, edge: true}
		if do.Body != "" {
			a.body = []byte(do.Body)
		}
		return a, true
	}
	return answer{}, false
}

// altered returns the answer with what a fault changes about it.
func (a answer) altered(do Do) answer {
	if len(do.Header) > 0 {
		a.header = a.header.Clone()
		if a.header == nil {
			a.header = http.Header{}
		}
		for name, value := range do.Header {
			a.header.Set(name, value)
		}
		if contentType := a.header.Get("Content-Type"); contentType != "" {
			a.contentType = contentType
		}
	}
	if len(do.Set) == 0 && len(do.Remove) == 0 {
		return a
	}
	var body any
	if json.Unmarshal(a.bytes(), &body) != nil {
		body = object{}
	}
	for path, value := range do.Set {
		body = edit(body, strings.Split(path, "."), value, false)
	}
	for _, path := range do.Remove {
		body = edit(body, strings.Split(path, "."), nil, true)
	}
	a.body = body
	return a
}

// edit sets or removes the value at the path below holder, and returns holder with the change. Objects on the way are
// made where they are missing; a number in the path is the place in a list.
func edit(holder any, path []string, value any, remove bool) any {
	name := path[0]
	if list, isList := holder.([]any); isList {
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(list) {
			if len(path) > 1 {
				list[i] = edit(list[i], path[1:], value, remove)
			} else if !remove {
				list[i] = value
			}
		}
		return list
	}
	fields, isObject := holder.(object)
	if !isObject {
		fields = object{}
	}
	switch _, has := fields[name]; {
	case remove && len(path) == 1:
		delete(fields, name)
	case len(path) == 1:
		fields[name] = value
	case has || !remove:
		fields[name] = edit(fields[name], path[1:], value, remove)
	}
	return fields
}

// wait holds the call up for d of real time, or until the client gives up.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// reset breaks the connection off so that the client sees a reset rather than an end. It does not return.
func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if raw, encrypted := conn.(interface{ NetConn() net.Conn }); encrypted {
			conn = raw.NetConn()
		}
		if tcp, isTCP := conn.(*net.TCPConn); isTCP {
			// Without lingering, closing sends RST instead of FIN.
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
	// Over HTTP/2 there is no connection to take over: this resets the stream.
	panic(http.ErrAbortHandler)
}

// cutOff sends the answer's head and half of its body, and ends the connection there.
func (a answer) cutOff(w http.ResponseWriter) {
	raw := a.bytes()
	a.writeHead(w, len(raw))
	_, _ = w.Write(raw[:len(raw)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
