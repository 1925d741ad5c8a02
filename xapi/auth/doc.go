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
//  1. one caller in the process, then one process (Store.Lock), goes on; the others wait for its result;
//  2. the store is read again: if someone else has refreshed meanwhile, their token is used and nothing is sent;
//  3. the store is told that this refresh token is about to be presented;
//  4. the refresh token is presented, and the answer awaited even if the caller's context ends;
//  5. the new pair is stored in the place of the one that it was had for, and only then used.
//
// A process that dies between 3 and 5 leaves the mark of step 3 behind. The token may or may not be spent, and a spent
// one presented again looks like theft, so the next process does not present it: it says to log in again
// ([ErrLoginRequired]). An answer that is lost while the process lives is asked for once more, at the next need.
package auth
