package xapitest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// User is a user of the sandbox.
type User struct{ ID, Name, Username string }

// App is the developer's app that the sandbox knows: the credentials that clients are configured with.
type App struct {
	// ID is the id of the app.
	ID string
	// APIKey and APIKeySecret are those of OAuth 1.0a and of the app-only token.
	APIKey, APIKeySecret string
	// AccessToken and AccessTokenSecret are those of OAuth 1.0a for the sandbox's user.
	AccessToken, AccessTokenSecret string
	// ClientID and ClientSecret are those of OAuth 2.0 as a confidential client.
	ClientID, ClientSecret string
	// PublicClientID is that of OAuth 2.0 as a public client, which has no secret.
	PublicClientID string
}

// Token is an access token that the sandbox has issued, with what became of it.
type Token struct {
	// Access is the access token; Refresh is the refresh token, empty where there is none.
	Access, Refresh string
	// User is the id of the user, empty for an app-only token.
	User string
	// Scopes are the scopes granted; an app-only token has none.
	Scopes []string
	// Expires is when the access token stops working. Zero means never.
	Expires time.Time
	// Revoked says that the access token was taken back, Spent that the refresh token was used.
	Revoked, Spent bool

	client string
}

// Grant says what token Issue makes. The zero Grant is a token of the sandbox's user with every scope and no end.
type Grant struct {
	// Username names the user: one of the world's, or one who is made known to it. Empty is the sandbox's own.
	Username string
	// Client is the client the token is issued to, which alone can refresh it. Empty is the confidential client of App.
	Client string
	// AppOnly makes a token of the app, without a user.
	AppOnly bool
	// Scopes are the scopes. Nil means all.
	Scopes []string
	// Lifetime is how long the access token works. Zero means for ever.
	Lifetime time.Duration
}

// allScopes are the scopes that a user can grant: those that some operation of the contract asks for, and the one that
// makes a login last.
var allScopes = sync.OnceValue(func() []string {
	scopes := []string{"offline.access"}
	for op := range operations() {
		for _, way := range op.Security {
			scopes = append(scopes, way.Scopes...)
		}
	}
	slices.Sort(scopes)
	return slices.Compact(scopes)
})

// accounts has who may call. Server.mu guards it.
type accounts struct {
	app    App
	me     User
	users  map[string]User // by username
	tokens []*Token
	codes  map[string]*code
	// signing are the access tokens of OAuth 1.0a, asked those that are to become one.
	signing map[string]signingToken
	asked   map[string]*requestToken
	nonces  map[string]time.Time
	secret  secrets
}

func newAccounts(seed uint64) accounts {
	made := secrets{seed: seed}
	app := App{
		ID: "27000000", APIKey: "sandbox-api-key", APIKeySecret: "sandbox-api-key-secret",
		AccessToken: sandboxUser.ID + "-sandbox", AccessTokenSecret: "sandbox-access-token-secret",
		ClientID: "sandbox-client", ClientSecret: "sandbox-client-secret", PublicClientID: "sandbox-public-client",
	}
	return accounts{
		app:     app,
		signing: map[string]signingToken{app.AccessToken: {app.AccessTokenSecret, sandboxUser.ID}},
		asked:   map[string]*requestToken{},
		me:      sandboxUser,
		users:   map[string]User{sandboxUser.Username: sandboxUser},
		tokens:  []*Token{{Access: "sandbox-access-token", User: sandboxUser.ID, Scopes: allScopes()}},
		codes:   map[string]*code{},
		nonces:  map[string]time.Time{},
		secret:  made,
	}
}

// sandboxUser is the user whose token Server.Token returns.
var sandboxUser = User{ID: "2244994945", Name: "Sandbox User", Username: "sandbox_user"}

// secrets makes tokens and codes: unlike each other, and the same for the same seed.
type secrets struct {
	seed, count uint64
}

func (s *secrets) next(kind string) string {
	s.count++
	mac := hmac.New(sha256.New, binary.BigEndian.AppendUint64(nil, s.seed))
	_, _ = mac.Write(binary.BigEndian.AppendUint64([]byte(kind), s.count))
	return kind + "-" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// user returns the user of that name, made known where need be.
func (a *accounts) user(username string) User {
	if username == "" {
		return a.me
	}
	u, known := a.users[username]
	if !known {
		id := 3_000_000_000 + int64(len(a.users))
		u = User{ID: strconv.FormatInt(id, 10), Name: username, Username: username}
		a.users[username] = u
	}
	return u
}

func (a *accounts) byID(id string) User {
	for _, u := range a.users {
		if u.ID == id {
			return u
		}
	}
	return User{ID: id}
}

// issue makes a token. A refresh token comes with the scope offline.access alone.
func (a *accounts) issue(user string, scopes []string, expires time.Time, client string) *Token {
	t := &Token{Access: a.secret.next("access"), User: user, Scopes: slices.Clone(scopes), Expires: expires, client: client}
	if slices.Contains(scopes, "offline.access") {
		t.Refresh = a.secret.next("refresh")
	}
	a.tokens = append(a.tokens, t)
	return t
}

func (a *accounts) find(match func(*Token) bool) *Token {
	if i := slices.IndexFunc(a.tokens, match); i >= 0 {
		return a.tokens[i]
	}
	return nil
}

// Token returns an access token that the sandbox accepts: that of its user, with every scope, which does not expire.
func (s *Server) Token() string { return "sandbox-access-token" }

// App returns the credentials of the app that the sandbox knows.
func (s *Server) App() App { return s.accounts.app }

// Me returns the user whose token Token returns.
func (s *Server) Me() User { return s.accounts.me }

// Issue makes an access token for a test to start with.
func (s *Server) Issue(g Grant) Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	scopes, user := g.Scopes, ""
	if scopes == nil {
		scopes = allScopes()
	}
	if g.AppOnly {
		scopes = nil
	} else {
		user = s.member(g.Username).ID
	}
	var expires time.Time
	if g.Lifetime != 0 {
		expires = s.clock.now().Add(g.Lifetime)
	}
	client := g.Client
	if client == "" {
		client = s.accounts.app.ClientID
	}
	return s.accounts.issue(user, scopes, expires, client).copied()
}

// member returns the user of that name: one of the world's, or one who is made known to it. Server.mu is held.
func (s *Server) member(username string) User {
	if _, known := s.accounts.users[username]; username != "" && !known {
		w := s.worldNow()
		if u := w.UserNamed(username); u != nil {
			s.accounts.users[username] = User{ID: u.ID, Name: u.Name, Username: u.Username}
		} else {
			made := s.accounts.user(username)
			w.AddUser(world.User{ID: made.ID, Name: made.Name, Username: made.Username, Created: s.clock.now()})
		}
	}
	return s.accounts.user(username)
}

// Tokens returns the tokens issued so far, oldest first.
func (s *Server) Tokens() []Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	issued := make([]Token, 0, len(s.accounts.tokens))
	for _, t := range s.accounts.tokens {
		issued = append(issued, t.copied())
	}
	return issued
}

func (t *Token) copied() Token {
	c := *t
	c.Scopes = slices.Clone(t.Scopes)
	return c
}
