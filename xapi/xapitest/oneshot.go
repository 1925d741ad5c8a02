package xapitest

import (
	"errors"
	"io"
	"net/http"
	"strings"
)

// uploadAtOnce takes an upload in one request.
func (s *Server) uploadAtOnce(c *call) answer {
	stored, fields, err := s.readOneShot(c)
	if now := uploadCommands[strings.ToUpper(fields["command"])]; now != "" {
		s.spool.release(stored)
		return unknownPath("command=" + fields["command"] + " is no way to upload any more: call " + now)
	}
	if err == nil && c.contentType() == multipartForm {
		if refused, ok := s.check(c.asJSON(fields)); !ok {
			s.spool.release(stored)
			return refused
		}
	}
	if err != nil {
		s.spool.release(stored)
		if failed, full := unstored(err); full {
			return failed
		}
		if errors.Is(err, errTooLong) {
			return answer{status: http.StatusRequestEntityTooLarge, edge: true}
		}
		return s.invalid(err.Error(), nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.newUpload(c, fields["media_type"], fields["media_category"], stored.size)
	u.segments[0] = stored
	if refused := s.unfit(u); refused != nil {
		delete(s.uploads, u.id)
		s.spool.release(stored)
		return *refused
	}
	s.finish(u, c.now)
	return s.ok(c, http.StatusOK, u.finished(c.now))
}

// asJSON returns the call as if its fields had come as JSON, which the spec holds against the same schema.
func (c *call) asJSON(fields map[string]string) *call {
	body := object{"media": ""}
	for name, value := range fields {
		switch name {
		case "shared":
			body[name] = value == "true"
		case "additional_owners":
			body[name] = strings.Split(value, ",")
		default:
			body[name] = value
		}
	}
	other := *c
	other.body = answer{body: body}.bytes()
	other.request = c.request.Clone(c.request.Context())
	other.request.Header.Set("Content-Type", "application/json")
	return &other
}

// readOneShot stores the media and returns the other fields. The region is the caller's, also on an error.
func (s *Server) readOneShot(c *call) (stored region, fields map[string]string, err error) {
	if c.contentType() == multipartForm {
		stored = s.spool.reserve()
		fields, err = s.readOneShotParts(c, &stored)
		return stored, fields, err
	}
	var body struct {
		Category string `json:"media_category"`
		Type     string `json:"media_type"`
	}
	if c.lifted == nil {
		return s.spool.reserve(), nil, errNoMedia
	}
	stored, err = c.lifted.take()
	if err == nil && c.decode(&body) != nil {
		err = errNoObject
	}
	return stored, map[string]string{"media_category": body.Category, "media_type": body.Type}, err
}

// maxField bounds a text field of a multipart body.
const maxField = 4 << 10

func (s *Server) readOneShotParts(c *call, stored *region) (map[string]string, error) {
	fields := map[string]string{}
	haveMedia := false
	parts, done := c.parts()
	defer done()
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF) && !haveMedia:
			return fields, errNoMedia
		case errors.Is(err, io.EOF):
			return fields, nil
		case err != nil:
			return nil, err
		}
		if part.FormName() == "media" {
			if err := s.copySegment(stored, part); err != nil {
				return nil, err
			}
			haveMedia = true
			continue
		}
		text, err := io.ReadAll(io.LimitReader(part, maxField))
		if err != nil {
			return nil, err
		}
		fields[part.FormName()] = string(text)
	}
}
