package validate_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/validate"
)

// seen is a Reporter with a clock of its own, and what it passed on.
type seen struct {
	*validate.Reporter
	now  time.Time
	list []validate.Drift
}

func newSeen() *seen {
	s := &seen{now: time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)}
	s.Reporter = validate.NewReporter(time.Hour, func() time.Time { return s.now }, func(d validate.Drift) { s.list = append(s.list, d) })
	return s
}

func drift(pointer string, count int) validate.Drift {
	return validate.Drift{
		Operation: "getUsersMe", Status: 200, Kind: validate.UndeclaredField, Count: count,
		Finding: validate.Finding{In: "body", Pointer: pointer, Rule: "undeclared"},
	}
}

func TestEachDriftIsReportedOnceInAnInterval(t *testing.T) {
	s := newSeen()
	s.Report(drift("/data/a", 1), drift("/data/b", 3))
	require.Len(t, s.list, 2)
	require.Equal(t, 3, s.list[1].Count)

	s.now = s.now.Add(time.Hour - 1)
	s.Report(drift("/data/a", 2))
	s.Report(drift("/data/a", 5))
	require.Len(t, s.list, 2)

	s.now = s.now.Add(1)
	s.Report(drift("/data/a", 1))
	require.Len(t, s.list, 3)
	require.Equal(t, 8, s.list[2].Count, "all since the last report")
}

func TestItemsAreTheSameDriftAndValuesAreNot(t *testing.T) {
	s := newSeen()
	s.Report(drift("/data/0/a", 1), drift("/data/17/a", 1))
	require.Len(t, s.list, 1)

	royal := drift("/data/type", 1)
	royal.Kind, royal.Value = validate.UnknownEnumValue, `"royal"`
	noble := royal
	noble.Value = `"noble"`
	s.Report(royal, noble, royal)
	require.Len(t, s.list, 3)

	otherStatus := drift("/data/0/a", 1)
	otherStatus.Status = 201
	s.Report(otherStatus)
	require.Len(t, s.list, 4)
}

func TestWhatAReporterRemembersIsBounded(t *testing.T) {
	s := newSeen()
	for i := range 5000 {
		s.Report(drift(fmt.Sprintf("/data/f%d", i), 1))
	}
	require.Len(t, s.list, 1024)
	s.now = s.now.Add(time.Hour)
	s.Report(drift("/data/f4999", 1))
	require.Len(t, s.list, 1025, "room again once the others have expired")
}

func TestNoOperationAndNoPlaceSilencesAnother(t *testing.T) {
	s := newSeen()
	free := func(operation, place string, i int) validate.Drift {
		d := drift(place, 1)
		d.Operation, d.Kind, d.Rule, d.Value = operation, validate.UnknownEnumValue, "enum", fmt.Sprintf("%q", fmt.Sprint("value ", i))
		return d
	}
	for i := range 5000 {
		s.Report(free("getUsersMe", "/data/type", i))
	}
	require.Len(t, s.list, 64, "values of one place")
	s.Report(drift("/data/other", 1), free("getUsersMe", "/data/kind", 1))
	require.Len(t, s.list, 66, "other places have room")
	for i := range 5000 {
		s.Report(drift(fmt.Sprintf("/data/f%d", i), 1))
	}
	require.Len(t, s.list, 1024)
	s.Report(free("getUsersById", "/data/type", 1))
	require.Len(t, s.list, 1025, "other operations have room")
	s.now = s.now.Add(time.Hour)
	s.Report(free("getUsersMe", "/data/type", 4999))
	require.Len(t, s.list, 1026, "room again once the others have expired")
}

// TestAKnownDriftIsCountedAsIfItWereReported has one Reporter see each answer by the short way, and one by the long way.
func TestAKnownDriftIsCountedAsIfItWereReported(t *testing.T) {
	v := validate.New(validate.WithDocument(load), validate.WithRedaction(func(text string) string { return strings.ReplaceAll(text, "hush", "REDACTED") }))
	short, long := newSeen(), newSeen()
	header := http.Header{"Content-Type": {"application/json"}}
	answers := []string{
		`{"id":1,"news":1}`, `{"id":1,"news":2,"next":{"id":1,"news":3,"next":{"id":"x"}}}`, `{"id":1,"a/b":1,"a~b":2,"0":1,"17":2}`,
		`{"id":1,"labels":{"1":{"x":1},"2":{"x":2},"` + strings.Repeat("n", 70) + `":{"x":3}}}`, `{"id":1,"umlaut":"a","made":7,"odd":"text"}`,
		`{"id":1,"kind":{"is":"cow hush 1"}}`, `{"id":1,"kind":{"is":"cow hush 2"}}`, `{"id":1,"kind":{"is":"horse"}}`, `{"id":1,"closed":{"b":"hush"}}`,
		`{"id":1}`, `[]`, `{"id":1,"one":7,"either":{}}`, `no json`, `{"id":1,"token":"secret"}`,
	}
	for range 4 {
		for _, answer := range answers {
			short.Response(v, "getThing", 200, header, []byte(answer))
			long.Report(v.Response("getThing", 200, header, []byte(answer))...)
		}
	}
	require.Equal(t, plain(long.list), plain(short.list))
	require.NotEmpty(t, short.list)
	for _, s := range []*seen{short, long} {
		s.list, s.now = nil, s.now.Add(time.Hour)
	}
	for _, answer := range answers {
		short.Response(v, "getThing", 200, header, []byte(answer))
		long.Report(v.Response("getThing", 200, header, []byte(answer))...)
	}
	require.Equal(t, plain(long.list), plain(short.list), "with what was counted meanwhile")
}

// plain is what drifts show, with their counts.
func plain(drifts []validate.Drift) []string {
	shown := make([]string, len(drifts))
	for i, d := range drifts {
		shown[i] = fmt.Sprint(d.Status, " ", d)
	}
	return shown
}
