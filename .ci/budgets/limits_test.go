package main

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVerdicts(t *testing.T) {
	most := 3.5
	judged, time := limit{Figure: "size", Unit: "MB", Limit: &most}, limit{Figure: "time", Unit: "s"}
	for _, c := range []struct {
		said result
		is   verdict
	}{
		{result{judged, 3.5, nil}, within},
		{result{judged, 3.501, nil}, over},
		{result{judged, 0, errors.New("broken")}, failed},
		{result{judged, 0, fmt.Errorf("here: %w", errNotCounted)}, notCounted},
		{result{time, 1e9, nil}, shown},
		{result{time, 0, errors.New("broken")}, failed},
	} {
		require.Equal(t, c.is, c.said.verdict(), "%s", c.said)
	}
}
