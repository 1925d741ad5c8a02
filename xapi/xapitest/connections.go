package xapitest

import (
	"net/http"
	"slices"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Connections of streams.
var connectionHandlers = map[string]handler{
	"getConnectionHistory":        inWorld((*view).connections),
	"deleteAllConnections":        inWorld(func(v *view) answer { return v.kill(func(*connection) bool { return true }) }),
	"deleteConnectionsByEndpoint": inWorld((*view).killEndpoint),
	"deleteConnectionsByUuids":    inWorld((*view).killByID),
}

func (v *view) connections() answer {
	status, endpoints := v.c.query.Get("status"), v.c.list("endpoints")
	if status == "" {
		status = "active"
	}
	type numbered struct {
		*connection

		number int64
	}
	var list []numbered
	for i, conn := range v.s.streams.history {
		active := conn.ended.IsZero()
		if (status == "all" || active == (status == "active")) && (len(endpoints) == 0 || slices.Contains(endpoints, conn.endpoint)) {
			list = append(list, numbered{conn, int64(i)})
		}
	}
	found, meta, refused := page(v, pager{most: 10, oneWay: true}, newestFirst(list), func(n numbered) int64 { return n.number })
	if refused != nil {
		return *refused
	}
	var data []object
	for _, conn := range found {
		row := object{"endpoint_name": conn.endpoint, "connected_at": stamp(conn.connected)}
		if v.s.declares(v.c, "id") {
			row["id"] = conn.id
		}
		if v.asks("connection.fields", "client_ip", true) {
			row["client_ip"] = conn.ip
		}
		if !conn.ended.IsZero() {
			row["disconnected_at"], row["disconnect_reason"] = stamp(conn.ended), conn.reason
		}
		data = append(data, row)
	}
	if data == nil {
		return v.answer(nil, meta)
	}
	return v.answer(data, meta)
}

// kill ends the open connections that the filter picks.
func (v *view) kill(which func(*connection) bool) answer {
	results := []object{}
	for _, conn := range v.s.streams.open {
		if which(conn) {
			conn.end("ForceDisconnect", v.s.disconnect("ForceDisconnect", false))
			results = append(results, object{"uuid": conn.id, "success": true})
		}
	}
	return v.ok(http.StatusOK, object{"successful_kills": len(results), "failed_kills": 0, "results": results})
}

func (v *view) killEndpoint() answer {
	return v.kill(func(c *connection) bool { return c.endpoint == v.c.params["endpoint_id"] })
}

func (v *view) killByID() answer {
	var body struct {
		IDs []string `json:"uuids"`
	}
	_ = v.c.decode(&body)
	answered := v.kill(func(c *connection) bool { return slices.Contains(body.IDs, c.id) })
	whole, _ := answered.body.(object)
	data, _ := whole["data"].(object)
	results := objects(data["results"])
	killed := len(results)
	for _, id := range body.IDs {
		if !slices.ContainsFunc(results, func(r object) bool { return r["uuid"] == id }) {
			results = append(results, object{"uuid": id, "success": false, "error_message": "Connection not found"})
		}
	}
	data["results"], data["failed_kills"] = results, len(results)-killed
	return answered
}

// happened is told of everything that happens in the world. Server.mu is held.
func (s *Server) happened(e world.Event) {
	s.publish(e)
	s.dispatch(e)
}
