package xapitest

import (
	"maps"
	"net/http"
	"slices"

	"github.com/xapi-go/xapi-go/gen"
)

// cannedAnswer makes an answer. Those of the edge come from before the API itself and carry none of its headers.
type cannedAnswer struct {
	edge  bool
	build func(*Server) answer
}

// canned are the error answers that the real API has been seen to give, by the names that Do.Answer takes.
var canned = map[string]cannedAnswer{
	"unauthorized":               {true, func(*Server) answer { return unauthorized() }},
	"forbidden":                  {true, func(*Server) answer { return forbidden("Forbidden") }},
	"unsupported-authentication": {true, (*Server).cannedUnsupported},
	"oauth1-permissions":         {false, (*Server).cannedPermissions},
	"client-forbidden":           {false, (*Server).cannedClientForbidden},
	"forbidden-v1": {false, v1(http.StatusForbidden, 453,
		"You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints only.")},
	"duplicate":        {false, func(*Server) answer { return forbidden(messageDuplicate) }},
	"credits":          {false, (*Server).cannedCredits},
	"credits-depleted": {false, (*Server).cannedCreditsDepleted},
	"not-found":        {true, func(*Server) answer { return answer{status: http.StatusNotFound} }},
	"media-ids":        {false, func(s *Server) answer { return s.invalid(messageMediaIDs, nil) }},
	"content-type": {false, func(s *Server) answer {
		return s.invalid("Requests with bodies must have content-type of application/json.", nil)
	}},
	"body-object":       {false, func(s *Server) answer { return s.invalid(messageObjectBody, nil) }},
	"too-large":         {true, func(*Server) answer { return answer{status: http.StatusRequestEntityTooLarge} }},
	"headers-too-large": {true, func(*Server) answer { return answer{status: http.StatusRequestHeaderFieldsTooLarge} }},
	"too-many-requests": {false, func(*Server) answer { return tooManyRequests() }},
	"rate-limit-v1":     {false, v1(http.StatusTooManyRequests, 88, "Rate limit exceeded")},
	"usage-cap":         {false, (*Server).cannedUsageCap},
	"connection-limit":  {false, (*Server).cannedConnectionLimit},
	"internal":          {false, internal},
	"internal-strings":  {false, func(*Server) answer { return jsonAnswer(500, object{"errors": []string{"internal server error"}}) }},
	"unavailable":       {true, func(*Server) answer { return blank(503, "Service Unavailable", "Service Unavailable") }},
	"html-520":          {true, func(*Server) answer { return html520 }},
	"bare-code": {false, func(*Server) answer {
		return jsonAnswer(404, object{"code": 34, "message": "Sorry, that page does not exist."})
	}},
	"wrong-content-type": {false, wrongContentType},
}

// Answers returns the names that Do.Answer takes.
func Answers() []string { return slices.Sorted(maps.Keys(canned)) }

// html520 is the page that the network in front of the API shows when it gets no answer.
var html520 = answer{status: 520, contentType: "text/html; charset=UTF-8", body: []byte(
	"<!DOCTYPE html>\n<html><head><title>api.x.com | 520: Web server is returning an unknown error</title></head>" +
		"<body><h1>Web server is returning an unknown error</h1></body></html>\n")}

func jsonAnswer(status int, body object) answer {
	return answer{status: status, contentType: "application/json; charset=utf-8", body: body}
}

// v1 is an error in the form of API v1.1, which v2 answers with now and then.
func v1(status, code int, message string) func(*Server) answer {
	return func(*Server) answer {
		return jsonAnswer(status, object{"errors": []object{{"code": code, "message": message}}})
	}
}

func internal(*Server) answer {
	return blank(http.StatusInternalServerError, "Internal Server Error", "Internal Server Error")
}

func wrongContentType(*Server) answer {
	wrong := internal(nil)
	wrong.contentType = "text/html"
	return wrong
}

func tooManyRequests() answer {
	return blank(http.StatusTooManyRequests, "Too Many Requests", "Too Many Requests")
}

func (s *Server) cannedUnsupported() answer {
	return s.unsupported(&gen.Operation{Security: []gen.Requirement{{Scheme: schemeOAuth1}, {Scheme: schemeOAuth2}}}, caller{scheme: schemeApp})
}

func (s *Server) cannedPermissions() answer {
	return answer{status: http.StatusForbidden, body: object{
		"title": "Forbidden", "status": http.StatusForbidden, "type": s.problemType("oauth1-permissions"),
		"detail": "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
	}}
}

func (s *Server) cannedClientForbidden() answer {
	return answer{status: http.StatusForbidden, body: object{
		"title": "Client Forbidden", "type": s.problemType("client-forbidden"), "client_id": s.accounts.app.ID,
		"detail":              "This request must be made using an approved developer account that is enrolled in the requested endpoint.",
		"required_enrollment": "Appropriate Level of API Access", "reason": "client-not-enrolled",
		"registration_url": "https://developer.x.com/en/docs/projects/overview",
	}}
}

func (s *Server) cannedCredits() answer {
	return answer{status: http.StatusPaymentRequired, body: object{
		"title": "CreditsDepleted", "type": s.problemType("credits"), "account_id": s.accounts.app.ID,
		"detail": "Your enrolled account does not have any credits to fulfill this request.",
	}}
}

func (s *Server) cannedCreditsDepleted() answer {
	return answer{status: http.StatusPaymentRequired, body: object{
		"title": "Payment Required", "detail": "credits depleted", "status": http.StatusPaymentRequired,
		"type": s.problemType("credits-depleted"),
	}}
}

func (s *Server) cannedUsageCap() answer {
	return answer{status: http.StatusTooManyRequests, body: object{
		"account_id": s.accounts.app.ID, "product_name": "standard-basic", "title": "UsageCapExceeded", "period": "Monthly",
		"scope": "Product", "detail": "Usage cap exceeded: Monthly product cap", "type": s.problemType("usage-capped"),
	}}
}

func (s *Server) cannedConnectionLimit() answer {
	return answer{status: http.StatusTooManyRequests, body: object{
		"title": "ConnectionException", "connection_issue": "TooManyConnections", "type": s.problemType("streaming-connection"),
		"detail": "This stream is currently at the maximum allowed connection limit.",
	}}
}
