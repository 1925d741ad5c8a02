package xapi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/xapi-go/xapi-go/xapi/internal/transport"
)

// RateShare says under which names a client counts in a [RateStore], and with how many others.
type RateShare struct {
	// App names the app, its client id for one. All clients of the app give the same name.
	App string
	// User names the user in whose name the client calls: the user's id for one. It is empty where the client has
	// credentials of the app alone, and only there.
	User string
	// Workers is how many clients share the windows, roughly: while the store is away, each takes that part of what was
	// left. 0 means 16.
	Workers int
}

// defaultWorkers is the size of a fleet that does not tell.
const defaultWorkers = 16

// WithRateStore has the client count its calls in store, together with all clients that share it: of one app, and where
// they call for one user, of that user. It asks for some calls at a time, a twentieth of a window at the most, and gives
// back within a second or so what it does not use, in the background.
//
// A call for which all that a window has left is held by others fails with a *RateLimitError, or waits as
// WithRateLimitWait says. The first call of an operation in the whole fleet goes alone, for two seconds at the most.
//
// While the store is away, which a round trip of more than a second is, the client takes its share of what was left of
// each window, and of its limit once that is renewed; it asks again after five seconds. With fewer calls left than there
// are workers, it makes none. A store that lost its data is told anew by the next answers; until then the fleet may go
// beyond a window by what was leased, and the server's refusal is believed as ever.
//
// For New alone.
func WithRateStore(store RateStore, share RateShare) ClientOption {
	return clientOnly(func(s *settings) error {
		switch {
		case store == nil:
			return errors.New("WithRateStore: the store is nil; leave the option out to count alone")
		case share.App == "":
			return errors.New("WithRateStore: the share names no app: give the name that all clients of the app count under")
		case len(share.App) > 256 || len(share.User) > 256:
			return errors.New("WithRateStore: the names of app and user have at most 256 bytes each")
		case share.Workers < 0:
			return fmt.Errorf("WithRateStore: %d workers: give how many clients share the windows, or 0 for %d", share.Workers, defaultWorkers)
		}
		if share.Workers == 0 {
			share.Workers = defaultWorkers
		}
		s.rates, s.share = store, share
		return nil
	})
}

// shareRates has the client's limits count in the store, where there is one.
func (c *caller) shareRates() error {
	store, share := c.settings.rates, c.settings.share
	switch {
	case store == nil:
		return nil
	case c.credentials.ForUser() && share.User == "":
		return errors.New("WithRateStore: the client calls in the name of a user, and the share names none: give RateShare.User")
	case !c.credentials.ForUser() && share.User != "":
		return errors.New("WithRateStore: the share names a user, and the client has no credentials of one: leave RateShare.User out")
	}
	c.limits.Share(&transport.Fleet{Workers: share.Workers, Reserve: func(ctx context.Context, r *transport.Reservation) (transport.Grant, error) {
		return share.reserve(ctx, store, r)
	}})
	return nil
}

// keys are the windows that a call counts against, by family; one that it does not count against has no length.
func (s RateShare) keys(operation string, appOnly bool) [len(familyNames) - 1]RateKey {
	user := s.User
	if appOnly {
		user = ""
	}
	keys := [len(familyNames) - 1]RateKey{
		transport.FifteenMinutes: {App: s.App, User: user, Operation: operation, Length: 15 * time.Minute},
		transport.App24Hours:     {App: s.App, Operation: operation, Length: 24 * time.Hour},
	}
	if user != "" {
		keys[transport.User24Hours] = RateKey{App: s.App, User: user, Operation: operation, Length: 24 * time.Hour}
	}
	return keys
}

// reserve asks the store.
func (s RateShare) reserve(ctx context.Context, store RateStore, r *transport.Reservation) (transport.Grant, error) {
	request := RateRequest{Holder: r.Holder, Answered: r.Answered, Open: r.Open, Unused: r.Unused, Calls: r.Calls, Lease: r.Lease}
	keys := s.keys(r.Operation, r.AppOnly)
	for family, key := range keys {
		if key.Length == 0 {
			continue
		}
		request.Windows = append(request.Windows, key)
		if told := r.Readings[family]; told.Known() {
			reset := told.Told
			if reset.IsZero() {
				reset = told.Reset
			}
			request.Readings = append(request.Readings, RateReading{
				RateKey: key, Limit: told.Limit, Remaining: told.Remaining, Reset: reset,
				RenewedIn: told.RenewedIn, Age: told.Age, Refused: told.Refused,
			})
		}
	}
	granted, err := store.Reserve(ctx, request)
	if err != nil {
		return transport.Grant{}, err
	}
	grant := transport.Grant{Calls: max(0, min(granted.Calls, r.Calls))}
	for _, known := range granted.Known {
		for family, key := range keys {
			if key == known.RateKey {
				grant.Known[family] = transport.Reading{
					Window:    transport.Window{Limit: known.Limit, Remaining: known.Remaining, Reset: known.Reset, Told: known.Reset},
					RenewedIn: known.RenewedIn,
				}
			}
		}
	}
	return grant, nil
}
