package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// A login that is kept in a file renews itself: the token of this one ended a minute ago.
func ExampleWithLogin() {
	sandbox, err := xapitest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sandbox.Close() }()
	folder, err := os.MkdirTemp("", "logins")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(folder) }()

	app := auth.OAuth2{ClientID: sandbox.App().PublicClientID, Endpoint: auth.Endpoint{
		AuthorizeURL: sandbox.URL + "/i/oauth2/authorize", TokenURL: sandbox.URL + "/2/oauth2/token",
	}}
	session := auth.NewSession(app, auth.NewFileKeyring(filepath.Join(folder, "x")).Store(app.Key("ada")))
	client, err := xapi.New(xapi.WithBaseURL(sandbox.URL), xapi.WithLogin(session))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = client.GetUsersMe(ctx, nil)
	fmt.Println("is a login asked for?", errors.Is(err, auth.ErrLoginRequired))

	// OAuth2.LoginOnLoopback sends a user to the browser and returns such a record.
	granted := sandbox.Issue(xapitest.Grant{Client: app.ClientID, Lifetime: time.Hour})
	record := &auth.Record{ClientID: app.ClientID, TokenURL: app.Endpoint.TokenURL, Token: auth.Token{
		Access: auth.NewSecret(granted.Access), Refresh: auth.NewSecret(granted.Refresh), Expiry: time.Now().Add(-time.Minute),
	}}
	if err := session.Login(ctx, record); err != nil {
		fmt.Println(err)
		return
	}
	me, err := client.GetUsersMe(ctx, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	renewed, err := session.Stored(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(me.Data.Username, renewed.Token.Access.Equal(record.Token.Access))
	// Output:
	// is a login asked for? true
	// sandbox_user false
}
