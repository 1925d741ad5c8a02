// Package auth authorizes calls to the X API, and keeps a login alive without ever locking its user out.
//
// # Schemes
//
// The API knows three, named here as the published document names them. A client may hold one of each; every operation
// says which of them may call it, and the client picks.
//
//   - BearerToken, app only: [AppToken] for a token at hand, [ClientCredentials] to have one fetched.
//   - UserToken, OAuth 1.0a user context: [OAuth1].
//   - OAuth2UserToken, OAuth 2.0 user context: [AccessToken] for a token at hand, [Session] for a stored login that
//     renews itself.
//
// Where several would do, the order is OAuth 2.0, OAuth 1.0a, app only: a user sees at least what an app sees.
//
// # The life of a login
//
// [OAuth2] describes the registered app. [OAuth2.Begin] gives the address to open and checks what comes back;
// [OAuth2.LoginOnLoopback] does both with a listener on 127.0.0.1. [Session.Login] stores the tokens, and from then on
// [Session.Token] gives an access token that is good to use.
//
// X's refresh tokens are good for one use: each refresh answers with the next one, and losing an answer loses the login.
// A [Session] therefore refreshes in this order, and the [Store] makes each step hold across processes and crashes:
//
//  1. one caller in the process, then one process (Store.Lock), goes on; the others read the store until its result is
//     there;
//  2. the store is read again: if someone else has refreshed meanwhile, their token is used and nothing is sent;
//  3. the store is told that this refresh token is about to be presented;
//  4. the refresh token is presented, and the answer awaited even if the caller's context ends;
//  5. the new pair is stored in the place of the one that it was had for, and only then used.
//
// Where no answer is known, because it was lost or its process died between 3 and 5, the token may or may not be spent.
// It is presented again, by whoever needs it next: if it is spent, the login is lost in any case, and if it is not, the
// login lives on. Only when the server calls it invalid does anyone have to log in again ([ErrLoginRequired]), and then
// it is never presented again. Between two presentations lies a second at first, half a minute at last; a caller waits
// for that within its context.
//
// Nothing of a stored login is used before its server and its app are compared with the configured ones, and a session
// does not go on in the name of another user ([ErrLoginReplaced]).
package auth
