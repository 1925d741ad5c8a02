package xapitest

import (
	"encoding/json"
	"net/http"
)

// shown is a delivery as it is listed: with its body in JSON, as it was sent.
func (d *Delivery) shown() object {
	shown := object{"webhook_id": d.Webhook, "url": d.URL, "try": d.Try, "status": d.Status, "at": d.At.UTC(), "body": string(d.Body)}
	if json.Valid(d.Body) {
		shown["body"] = json.RawMessage(d.Body)
	}
	if d.Error != "" {
		shown["error"] = d.Error
	}
	return shown
}

func (s *Server) showDeliveries(w http.ResponseWriter, _ *http.Request) {
	list := []object{}
	for _, tried := range s.Deliveries() {
		list = append(list, tried.shown())
	}
	show(w, list)
}

func (s *Server) addTunnel(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Public string `json:"public"`
		Local  string `json:"local"`
	}
	if !read(w, r, &body) {
		return
	}
	if err := s.Tunnel(body.Public, body.Local); err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	done(w)
}
