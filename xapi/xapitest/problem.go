package xapitest

import "net/http"

// Messages that the real API answers with; clients look for them word by word.
const (
	messageNotFound     = "BadRequest: Not found"
	messageSegmentIndex = "SegmentIndex must be between 0 and 999."
	messageSum          = "Segments do not add up to provided total file size."
	messageObjectBody   = "Request body must be a JSON object."
	messageMediaIDs     = "Your media IDs are invalid."
	messageDuplicate    = "You are not allowed to create a Tweet with duplicate content."
	messageTooLong      = "Your Tweet text is too long. For more information on how Twitter counts characters, see https://docs.x.com/fundamentals/counting-characters."
	messageReplyGone    = "You attempted to reply to a Tweet that is deleted or not visible to you."
	messageQuoteGone    = "You attempted to quote a Tweet that is deleted or not visible to you."
)

// blank is a problem without a type of its own.
func blank(status int, title, detail string) answer {
	return answer{status: status, body: object{"title": title, "detail": detail, "type": "about:blank", "status": status}}
}

func unauthorized() answer {
	return blank(http.StatusUnauthorized, "Unauthorized", "Unauthorized")
}

func forbidden(detail string) answer {
	return blank(http.StatusForbidden, "Forbidden", detail)
}

// invalid is the 400 for a request that cannot be served: message says why, parameters which values were at fault.
func (s *Server) invalid(message string, parameters object) answer {
	fault := object{"message": message}
	if len(parameters) > 0 {
		fault["parameters"] = parameters
	}
	return s.invalidRequest([]object{fault})
}

// noUpload is the 400 for an upload that is not there, or not for this.
func (s *Server) noUpload(parameter, id string) answer {
	refused := s.invalid(messageNotFound, object{parameter: []string{id}})
	refused.hint = "there is no upload " + id + " of this user that this can be done with: it was never made, has expired or is finalized, is another's, or has nothing to be processed"
	return refused
}

// notFound is the entry of errors[] for a resource that does not exist. It comes with status 200.
func (s *Server) notFound(resource, parameter, value string) object {
	return object{
		"title":         "Not Found Error",
		"detail":        "Could not find " + resource + " with " + parameter + ": [" + value + "].",
		"type":          s.problemType("resource-not-found"),
		"resource_type": resource,
		"resource_id":   value,
		"parameter":     parameter,
		"value":         value,
	}
}

// fieldForbidden is the entry of errors[] for a field that the caller may not see.
func (s *Server) fieldForbidden(field, id string) object {
	return object{
		"title": "Field Authorization Error", "type": s.problemType("not-authorized-for-field"), "section": "data", "field": field,
		"detail":        "Sorry, you are not authorized to access '" + field + "' on the Tweet with id : [" + id + "].",
		"resource_type": "tweet", "resource_id": id, "parameter": "id", "value": id,
	}
}

// problemType returns a problem's type. The real API has been seen with either of two hosts in it.
func (s *Server) problemType(name string) string {
	return "https://" + s.settings.problemHost + "/2/problems/" + name
}
