package redis_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	goredis "github.com/redis/go-redis/v9"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/store/redis"
	"github.com/xapi-go/xapi-go/xapi/xapitest"
)

// worker is what each process of the fleet does: it stands on the Redis at an address, and calls in the name of ada.
func worker(ctx context.Context, address string, app auth.OAuth2, api string) (string, error) {
	client := goredis.NewClient(&goredis.Options{Addr: address, ContextTimeoutEnabled: true})
	defer func() { _ = client.Close() }()
	engine, err := redis.New(client) // in earnest, with redis.WithReplicas
	if err != nil {
		return "", err
	}
	logins, err := store.New(engine).Logins(store.LoginOptions{Seals: []store.Seal{fleetKey()}})
	if err != nil {
		return "", err
	}
	session := auth.NewSession(app, logins.Store(app.Key("ada")))
	x, err := xapi.New(xapi.WithBaseURL(api), xapi.WithLogin(session))
	if err != nil {
		return "", err
	}
	me, err := x.GetUsersMe(ctx, nil)
	if err != nil {
		return "", err
	}
	return me.Data.Username, nil
}

// fleetKey comes from wherever the fleet keeps its secrets.
func fleetKey() store.Seal {
	block, err := aes.NewCipher([]byte("thirty-two bytes, kept in secret"))
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return store.Seal{ID: "2026-11", AEAD: gcm}
}

// Three workers share one Redis and one login, whose access token has ended: it is renewed once.
func Example() {
	ctx := context.Background()
	server, err := miniredis.Run() // stands for the fleet's Redis, and the sandbox below for X
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	x, err := xapitest.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = x.Close() }()
	app := auth.OAuth2{
		ClientID: x.App().PublicClientID,
		Endpoint: auth.Endpoint{TokenURL: x.URL + "/2/oauth2/token"},
	}

	// Somebody logged ada in, two hours ago.
	client := goredis.NewClient(&goredis.Options{Addr: server.Addr(), ContextTimeoutEnabled: true})
	defer func() { _ = client.Close() }()
	engine, err := redis.New(client)
	if err != nil {
		fmt.Println(err)
		return
	}
	logins, err := store.New(engine).Logins(store.LoginOptions{Seals: []store.Seal{fleetKey()}})
	if err != nil {
		fmt.Println(err)
		return
	}
	granted := x.Issue(xapitest.Grant{Username: "ada", Client: app.ClientID})
	err = auth.NewSession(app, logins.Store(app.Key("ada"))).Login(ctx, &auth.Record{Token: auth.Token{
		Access: auth.NewSecret(granted.Access), Refresh: auth.NewSecret(granted.Refresh), Scopes: granted.Scopes,
		Issued: time.Now().Add(-2 * time.Hour), Expiry: time.Now().Add(-time.Minute),
	}})
	if err != nil {
		fmt.Println(err)
		return
	}

	before := len(x.Tokens())
	var fleet sync.WaitGroup
	for range 3 {
		fleet.Go(func() {
			name, err := worker(ctx, server.Addr(), app, x.URL)
			fmt.Println("called as", name, err)
		})
	}
	fleet.Wait()
	fmt.Println("renewed:", len(x.Tokens())-before, "time")
	// Output:
	// called as ada <nil>
	// called as ada <nil>
	// called as ada <nil>
	// renewed: 1 time
}
