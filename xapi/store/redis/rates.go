package redis

import (
	"context"
	_ "embed"
	"fmt"
	"net/url"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/xapi-go/xapi-go/xapi"
)

//go:embed reserve.lua
var reserveScript string

// Reserve is one script and one round trip. It does not wait for replicas: what is lost of the windows is learned anew.
func (e *Engine) Reserve(ctx context.Context, request xapi.RateRequest) (xapi.RateGrant, error) {
	if err := ctx.Err(); err != nil {
		return xapi.RateGrant{}, err
	}
	readings := map[xapi.RateKey]xapi.RateReading{}
	for _, reading := range request.Readings {
		readings[reading.RateKey] = reading
	}
	keys := make([]string, len(request.Windows))
	args := []any{request.Holder, request.Answered, request.Open, request.Unused, request.Calls, request.Lease.Milliseconds()}
	for i, key := range request.Windows {
		keys[i] = e.prefix + rateKey(key)
		told, ok := readings[key]
		args = append(args, key.Length.Milliseconds(), ok, told.Limit, told.Remaining, told.Reset.UnixMilli(),
			told.RenewedIn.Milliseconds(), told.Age.Milliseconds(), told.Refused)
	}
	answer, err := goredis.NewScript(reserveScript).Run(ctx, e.client, keys, args...).Int64Slice()
	if err != nil {
		return xapi.RateGrant{}, fmt.Errorf("redis store: reserve calls: %w", err)
	}
	grant := xapi.RateGrant{Calls: int(answer[0])}
	for i, key := range request.Windows {
		known := answer[1+5*i:]
		if known[0] == 1 {
			grant.Known = append(grant.Known, xapi.RateReading{
				RateKey: key, Limit: int(known[1]), Remaining: int(known[2]),
				Reset: time.UnixMilli(known[3]), RenewedIn: time.Duration(known[4]) * time.Millisecond,
			})
		}
	}
	return grant, nil
}

// rateKey has the app in braces: a cluster keeps the windows of one app together.
func rateKey(key xapi.RateKey) string {
	return fmt.Sprintf("rate/{%s}/%s/%s/%s", url.QueryEscape(key.App), url.QueryEscape(key.User), url.QueryEscape(key.Operation), key.Length)
}
