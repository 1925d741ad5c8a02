package webhook_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/webhook"
)

func TestReplayWindows(t *testing.T) {
	now := time.Date(2026, 3, 29, 12, 0, 30, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, c := range map[string]struct {
		from, to time.Time
		want     string // the two dates, or part of the error
	}{
		"whole minutes around":        {ago(2*time.Hour + 15*time.Second), ago(time.Hour + 15*time.Second), "202603291000 202603291101"},
		"whole minutes stay":          {time.Date(2026, 3, 29, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC), "202603290900 202603291000"},
		"another zone":                {ago(2 * time.Hour).In(time.FixedZone("", 5*3600+1800)), ago(time.Hour), "202603291000 202603291101"},
		"the earliest":                {time.Date(2026, 3, 28, 12, 1, 0, 0, time.UTC), ago(time.Hour), "202603281201 202603291101"},
		"before the earliest":         {time.Date(2026, 3, 28, 12, 0, 59, 0, time.UTC), ago(time.Hour), "more than 24 hours ago"},
		"the latest":                  {time.Date(2026, 3, 29, 11, 29, 0, 0, time.UTC), time.Date(2026, 3, 29, 11, 50, 0, 0, time.UTC), "202603291129 202603291150"},
		"a beginning after the last":  {time.Date(2026, 3, 29, 11, 30, 0, 0, time.UTC), time.Date(2026, 3, 29, 11, 50, 0, 0, time.UTC), "less than 31 minutes ago"},
		"an end after the last":       {time.Date(2026, 3, 29, 11, 29, 0, 0, time.UTC), time.Date(2026, 3, 29, 11, 50, 1, 0, time.UTC), "less than 10 minutes ago"},
		"in the future":               {ago(-time.Hour), ago(-2 * time.Hour), "less than 31 minutes ago"},
		"backwards":                   {ago(time.Hour), ago(2 * time.Hour), "not before"},
		"nothing":                     {time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC), "not before"},
		"never":                       {time.Time{}, ago(time.Hour), "more than 24 hours ago"},
		"seconds of the same minute":  {time.Date(2026, 3, 29, 10, 0, 10, 0, time.UTC), time.Date(2026, 3, 29, 10, 0, 20, 0, time.UTC), "202603291000 202603291001"},
		"an instant within a minute":  {time.Date(2026, 3, 29, 10, 0, 10, 0, time.UTC), time.Date(2026, 3, 29, 10, 0, 10, 0, time.UTC), "202603291000 202603291001"},
		"across the end of the month": {time.Date(2026, 3, 28, 23, 59, 0, 0, time.UTC), time.Date(2026, 3, 29, 0, 1, 0, 0, time.UTC), "202603282359 202603290001"},
	} {
		t.Run(name, func(t *testing.T) {
			window, err := webhook.NewReplayWindow(c.from, c.to, now)
			if err != nil {
				require.ErrorContains(t, err, c.want)
				require.Zero(t, window)
				return
			}
			require.Equal(t, c.want, window.FromDate()+" "+window.ToDate())
		})
	}
}

func TestURLsThatXTakesNot(t *testing.T) {
	for address, why := range map[string]string{
		"https://hooks.example/x":                            "",
		"https://hooks.example/x?app=1":                      "",
		"https://93.184.216.34/x":                            "",
		"http://hooks.example/x":                             "https alone",
		"hooks.example/x":                                    "https alone",
		"https://hooks.example:443/x":                        "port",
		"https://hooks.example:/x":                           "port",
		"https:///x":                                         "no host",
		"https://user@hooks.example/x":                       "user",
		"https://hooks.example/x#a":                          "fragment",
		"https://hooks.example/x#":                           "fragment",
		"https://hooks.example/?crc_token=a":                 "crc_token",
		"https://localhost/x":                                "cannot reach",
		"https://127.0.0.1/x":                                "cannot reach",
		"https://[::1]/x":                                    "cannot reach",
		"https://192.168.1.4/x":                              "cannot reach",
		"https://hooks.example/" + string(make([]byte, 200)): "222 characters",
		"https://hooks.example/%zz":                          "escape",
	} {
		err := webhook.CheckURL(address)
		if why == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, why)
		}
	}
}
