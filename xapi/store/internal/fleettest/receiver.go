package fleettest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/auth"
	"github.com/xapi-go/xapi-go/xapi/store"
	"github.com/xapi-go/xapi-go/xapi/webhook"
	"github.com/xapi-go/xapi-go/xapi/webhook/webhooktest"
)

// receiverDir is where a receiver of webhooks keeps its events. A worker that has it set is one.
const receiverDir = "XAPI_FLEET_RECEIVER"

var hookSecret = auth.NewSecret("the secret of the app")

// receive takes the events of a webhook into a file, and remembers them in the store, until it is killed.
func receive(open func(ctx context.Context, address string) (store.Engine, error)) error {
	ctx := context.Background()
	engine, err := open(ctx, os.Getenv(workerAddress))
	if err != nil {
		return err
	}
	events, taken, err := openEvents(os.Getenv(receiverDir))
	if err != nil {
		return err
	}
	var mu sync.Mutex
	handler, err := webhook.New(webhook.Secrets{Client: []auth.Secret{hookSecret}}, func(_ context.Context, event *webhook.Event) error {
		mu.Lock()
		defer mu.Unlock()
		if event.Attempt > 1 && taken[event.ID] {
			return nil
		}
		_, err := events.WriteString(event.ID + "\n")
		return err
	}, webhook.WithWindow(store.New(engine).Events("hook")), webhook.WithLease(100*time.Millisecond))
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	return (&http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}).Serve(listener)
}

// openEvents opens the file of events, and returns those that stand in it.
func openEvents(dir string) (*os.File, map[string]bool, error) {
	file, err := os.OpenFile(filepath.Join(dir, "events"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	taken := map[string]bool{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		taken[lines.Text()] = true
	}
	return file, taken, nil
}

// startReceiver starts a receiver, and returns where it listens and what kills it.
func startReceiver(t *testing.T, address, dir string) (url string, kill func()) {
	t.Helper()
	command, output := startAgain(t, workerAddress+"="+address, receiverDir+"="+dir)
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	return "http://" + strings.TrimSpace(line), sync.OnceFunc(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
}

// killedReceiver kills receivers that share a window, each in the middle of its work, and sends again what was not
// acknowledged, as X does.
func killedReceiver(t *testing.T, place Place) {
	dir := t.TempDir()
	pending := make(chan []byte, 400)
	for range cap(pending) {
		pending <- webhooktest.Activity("like.create", "1", map[string]any{})
	}
	kills := 0
	for ; len(pending) > 0; kills++ {
		url, kill := startReceiver(t, place.Address, dir)
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
		var left atomic.Int64
		left.Store(1 + rand.Int64N(80))
		var sending sync.WaitGroup
		for range 4 {
			sending.Go(func() {
				for left.Load() > 0 {
					select {
					case body := <-pending:
						if !acknowledged(t.Context(), client, url, body) {
							pending <- body
						} else if left.Add(-1) == 0 {
							kill() // with the others under way
						}
					default:
						return
					}
				}
			})
		}
		sending.Wait()
		kill()
		client.CloseIdleConnections()
	}
	require.Greater(t, kills, 3)
	file, taken, err := openEvents(dir)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	require.Len(t, taken, cap(pending), "nothing is lost")
	written, err := os.ReadFile(filepath.Join(dir, "events"))
	require.NoError(t, err)
	require.Equal(t, cap(pending), bytes.Count(written, []byte("\n")), "nothing is taken twice")
}

// acknowledged delivers body, signed.
func acknowledged(ctx context.Context, client *http.Client, url string, body []byte) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set(webhook.ClientSignature, webhook.Sign(hookSecret, body))
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
