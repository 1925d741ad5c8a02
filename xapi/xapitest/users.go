package xapitest

import "net/http"

// User is a user of the sandbox.
type User struct{ ID, Name, Username string }

// me is the user whose token Token returns.
func (s *Server) me() User {
	return User{ID: "2244994945", Name: "Sandbox User", Username: "sandbox_user"}
}

func (u User) data() object {
	return object{"id": u.ID, "name": u.Name, "username": u.Username}
}

func (s *Server) getMe(*call) answer { return ok(http.StatusOK, s.me().data()) }
