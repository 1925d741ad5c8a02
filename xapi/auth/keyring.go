package auth

import (
	"context"
	"iter"
	"net/url"
	"strings"
)

// Keyring keeps many logins, each under a [Key] of its own. Implementations are safe for concurrent use.
//
// [FileKeyring] keeps them in a folder. In a database, the fields of the key are columns of the table that Store
// describes, its primary key together, and Keys is a query on them; they hold no secrets. Login and deletion go through
// the one store: [Session.Login], [Session.Logout] and [Session.Forget], or Replace with nil.
type Keyring interface {
	// Store returns the store of one login. It neither reads nor creates anything, so that asking for a login that
	// does not exist leaves no trace.
	Store(key Key) Store
	// Keys yields the keys under which logins are stored and which match like, in no particular order. What is stored
	// or removed meanwhile may be missing or not. An error ends it.
	Keys(ctx context.Context, like Key) iter.Seq2[Key, error]
}

// Key names one login in a [Keyring].
type Key struct {
	// Server is where the login is good: the host of the authorization server in small letters, with its port if it
	// names one, as in api.x.com, and the path under which it lives, if any.
	Server string
	// ClientID is the app that the tokens were issued to.
	ClientID string
	// User is what the program calls the user by: an id of its own, a handle, a name that the user chose. It may be
	// empty where there is only one.
	User string
}

// Matches reports whether k has the fields that like has. An empty field of like matches any.
func (k Key) Matches(like Key) bool {
	return (like.Server == "" || like.Server == k.Server) &&
		(like.ClientID == "" || like.ClientID == k.ClientID) &&
		(like.User == "" || like.User == k.User)
}

// Key returns the key of user's login to this app.
func (c OAuth2) Key(user string) Key {
	key := Key{ClientID: c.ClientID, User: user}
	if address, err := url.Parse(c.endpoint().TokenURL); err == nil {
		key.Server = strings.ToLower(address.Host) + strings.TrimSuffix(address.Path, "/2/oauth2/token")
	}
	return key
}
