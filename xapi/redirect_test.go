package xapi_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
)

func TestCredentialsStayOnTheirHost(t *testing.T) {
	var leaked []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leaked = append(leaked, r.Header.Get("Authorization"))
	}))
	t.Cleanup(other.Close)
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	_, err := client.GetUsersMe(t.Context(), nil)
	var failed *xapi.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, http.StatusTemporaryRedirect, failed.Status)
	require.ErrorContains(t, err, "check the base URL")
	require.Empty(t, leaked)
}

func TestRedirectOnTheSameHostIsFollowed(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/2/users/me" {
			http.Redirect(w, r, "/gateway/moved", http.StatusPermanentRedirect)
			return
		}
		_, _ = io.WriteString(w, `{"data": {"id": "2244994945", "name": "X", "username": "x"}}`)
	})
	me, err := client.GetUsersMe(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, "2244994945", me.Data.ID)
}

func TestARedirectThatChangesTheMethodIsAnError(t *testing.T) {
	calls := map[string]func(client *xapi.Client) error{
		http.MethodPost: func(client *xapi.Client) error {
			_, err := client.CreatePosts(t.Context(), xapi.PostWithMedia("hello"))
			return err
		},
		http.MethodDelete: func(client *xapi.Client) error {
			_, err := client.DeletePosts(t.Context(), "1146654567674912769")
			return err
		},
	}
	for method, call := range calls {
		for _, status := range []int{301, 302, 303} {
			t.Run(fmt.Sprint(method, status), func(t *testing.T) {
				var methods []string
				client := serve(t, func(w http.ResponseWriter, r *http.Request) {
					methods = append(methods, r.Method)
					http.Redirect(w, r, "/gateway/moved", status)
				})
				err := call(client)
				var failed *xapi.Error
				require.ErrorAs(t, err, &failed)
				require.Equal(t, status, failed.Status)
				require.ErrorContains(t, err, "would turn the "+method+" into a GET")
				require.NotContains(t, err.Error(), "credentials")
				if status == http.StatusSeeOther && method == http.MethodPost {
					require.ErrorContains(t, err, "it may have been carried out")
				}
				require.Equal(t, []string{method}, methods)
			})
		}
		for _, status := range []int{307, 308} {
			t.Run(fmt.Sprint(method, status), func(t *testing.T) {
				var methods []string
				client := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if methods = append(methods, r.Method); r.URL.Path != "/moved" {
						http.Redirect(w, r, "/gateway/moved", status)
						return
					}
					_, _ = io.WriteString(w, `{"data":{"id":"1146654567674912769","text":"hello","deleted":true}}`)
				})
				require.NoError(t, call(client))
				require.Equal(t, []string{method, method}, methods)
			})
		}
	}
}

func TestRedirectsInACircleEnd(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/gateway"+r.URL.Path, http.StatusFound)
	})
	_, err := client.GetUsersMe(t.Context(), nil)
	require.ErrorContains(t, err, "the redirect to /gateway/2/users/me was not followed: check the base URL")
}

func TestARedirectToNowhereIsNoAnswer(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	_, err := client.GetUsersMe(t.Context(), nil)
	require.ErrorContains(t, err, "it is no answer of the API: check the base URL")
}
