package diff

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/document"
)

// operations pairs the operations of both documents and compares each pair.
func (c *comparison) operations() {
	pairs, gone, added := document.Pair(c.base, c.head)
	for _, pair := range pairs {
		c.operation(pair[0], pair[1])
	}
	for _, was := range gone {
		c.note(atOperation(was), Wire, "operation-removed", fmt.Sprintf("removed: %s %s", was.Method, was.Path), was.Method+" "+was.Path, nil)
	}
	for _, is := range added {
		c.note(atOperation(is), Adds, "operation-added", fmt.Sprintf("added: %s %s", is.Method, is.Path), nil, is.Method+" "+is.Path)
	}
}

func atOperation(operation document.Operation) place {
	return place{operation: operation.ID, subject: Subject{Type: "operation", Name: operation.ID}}
}

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

func (c *comparison) operation(was, is document.Operation) {
	here := atOperation(is)
	if was.ID != is.ID {
		here.subject.Was = was.ID
		c.note(here, None, "operation-renamed", fmt.Sprintf("operationId %s is now %s", was.ID, is.ID), was.ID, is.ID)
	}
	if was.Route() != is.Route() {
		c.note(here, Wire, "operation-moved", fmt.Sprintf("moved from %s %s to %s %s", was.Method, was.Path, is.Method, is.Path),
			was.Method+" "+was.Path, is.Method+" "+is.Path)
	}
	if before, after := truth(was.Object["deprecated"]), truth(is.Object["deprecated"]); before != after {
		c.note(here, None, "deprecated", "deprecated: "+fmt.Sprint(after), before, after)
	}
	if before, after := truth(was.Object["x-twitter-streaming"]), truth(is.Object["x-twitter-streaming"]); before != after {
		c.note(here, Wire, "streaming-changed", fmt.Sprintf("answers as a stream: %v, was %v", after, before), before, after)
	}
	here.direction = request
	c.parameters(here, was, is)
	c.requestBody(here, was.Object["requestBody"], is.Object["requestBody"])
	c.security(here, security(c.base, was.Object), c.named(security(c.head, is.Object)))
	here.direction = response
	c.responses(here, was.Object["responses"], is.Object["responses"])
}

func (c *comparison) requestBody(p place, was, is any) {
	old, had := was.(document.Object)
	now, has := is.(document.Object)
	p.at = "request"
	switch {
	case had && has:
	case had:
		c.note(p, Wire, "request-body-removed", "takes no body any more", nil, nil)
		return
	case has:
		class, message := Adds, "takes a body"
		if truth(resolved(c.head, now)["required"]) {
			class, message = Wire, "takes a body, and requires it"
		}
		c.note(p, class, "request-body-added", message, nil, nil)
		return
	default:
		return
	}
	p, enter := c.enter(p, "requestBodies", "request body", old, now)
	if !enter {
		return
	}
	before, after := resolved(c.base, old), resolved(c.head, now)
	switch was, is := truth(before["required"]), truth(after["required"]); {
	case !was && is:
		c.note(p, Wire, "request-body-now-required", "the body is now required", was, is)
	case was && !is:
		c.note(p, Adds, "request-body-now-optional", "the body is now optional", was, is)
	}
	c.content(p, before["content"], after["content"])
}

func (c *comparison) responses(p place, was, is any) {
	before, _ := was.(document.Object)
	after, _ := is.(document.Object)
	for _, status := range union(before, after) {
		here := p
		here.at = "response " + status
		old, had := before[status].(document.Object)
		now, has := after[status].(document.Object)
		switch {
		case !has && strings.HasPrefix(status, "2"):
			c.note(here, Wire, "status-removed", "success status removed", nil, nil)
		case !has:
			c.note(here, None, "status-removed", "status removed", nil, nil)
		case !had:
			c.note(here, Adds, "status-added", "status added", nil, nil)
		default:
			c.response(here, old, now)
		}
	}
}

func (c *comparison) response(p place, old, now document.Object) {
	p, enter := c.enter(p, "responses", "response", old, now)
	if !enter {
		return
	}
	before, after := resolved(c.base, old), resolved(c.head, now)
	headersBefore, _ := before["headers"].(document.Object)
	headersAfter, _ := after["headers"].(document.Object)
	c.set(p, "header", names(headersBefore), names(headersAfter), Wire, Adds)
	c.content(p, before["content"], after["content"])
}

// content compares bodies by content type.
func (c *comparison) content(p place, was, is any) {
	before, _ := was.(document.Object)
	after, _ := is.(document.Object)
	c.set(p, "content-type", names(before), names(after), Wire, Adds)
	for _, contentType := range union(before, after) {
		old, had := before[contentType].(document.Object)
		now, has := after[contentType].(document.Object)
		if had && has {
			here := p
			if len(before) > 1 || len(after) > 1 {
				here.at = strings.TrimSpace(here.at + " " + contentType)
			}
			here.at += ":"
			c.schema(here, old["schema"], now["schema"])
		}
	}
}
