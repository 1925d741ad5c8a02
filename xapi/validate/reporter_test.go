package validate_test

import (
	"fmt"
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
