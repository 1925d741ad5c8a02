package transport

import (
	"log/slog"
	"net/http"
)

// Observe counts the attempts of each call and, where logger is set, logs each: operation, status, duration, number of
// the attempt and request id; neither address, headers nor bodies, so that nothing secret is among it. What went well
// is logged at debug, what did not as a warning.
func Observe(logger *slog.Logger, clock Clock) Middleware {
	return func(next http.RoundTripper) http.RoundTripper {
		return RoundTripperFunc(func(req *http.Request) (*http.Response, error) {
			call := CallFrom(req.Context())
			if call == nil {
				return next.RoundTrip(req)
			}
			call.Attempts++
			if logger == nil {
				return next.RoundTrip(req)
			}
			start := clock.Now()
			resp, err := next.RoundTrip(req)
			logAttempt(req, call, resp, err, logger, slog.Duration("duration", clock.Now().Sub(start)))
			return resp, err
		})
	}
}

func logAttempt(req *http.Request, call *Call, resp *http.Response, err error, logger *slog.Logger, took slog.Attr) {
	level, attrs := slog.LevelDebug, make([]slog.Attr, 0, 6)
	attrs = append(attrs, slog.String("operation", call.Operation.ID), slog.Int("attempt", call.Attempts), took)
	if err == nil {
		attrs = append(attrs, slog.Int("status", resp.StatusCode), slog.String("request_id", call.RequestID(resp.Header)))
		if resp.StatusCode >= http.StatusBadRequest {
			level = slog.LevelWarn
		}
		if call.Broken != nil {
			err = call.Broken
		}
	}
	if err != nil {
		level, attrs = slog.LevelWarn, append(attrs, slog.String("error", call.Redactor.String(err.Error())))
	}
	logger.LogAttrs(req.Context(), level, "x api attempt", attrs...)
}

// RequestID is the id under which X's support finds the request, empty where the server gave none. As it is made to be
// printed, a secret that a server put there is taken out.
func (c *Call) RequestID(header http.Header) string {
	return c.Redactor.String(header.Get("X-Transaction-Id"))
}
