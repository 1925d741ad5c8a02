package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFloorsHoldAndRise(t *testing.T) {
	f := floor{Package: "xapi/auth", Noticed: 80, Reached: 70}
	require.NoError(t, f.hold(report{Efficacy: 80, Coverage: 70}))
	require.ErrorContains(t, f.hold(report{Efficacy: 79.9, Coverage: 99}), "test what lived")
	require.Equal(t, floor{Package: "xapi/auth", Noticed: 80, Reached: 99}, f)
	require.ErrorContains(t, f.hold(report{Efficacy: 91.7, Coverage: 98.9}), "reach")
	require.Equal(t, floor{Package: "xapi/auth", Noticed: 91, Reached: 99}, f)
}

func TestFloorsOnlyRise(t *testing.T) {
	before := floors{{"a", 80, 70}, {"b", 50, 50}}
	require.NoError(t, floors{{"a", 80, 71}, {"b", 50, 50}, {"c", 0, 0}}.sunk(before))
	require.ErrorContains(t, floors{{"a", 79, 90}, {"b", 50, 50}}.sunk(before), "the floors of a were 80 and 70, and are 79 and 90")
	require.ErrorContains(t, floors{{"a", 80, 70}}.sunk(before), "the floors of b")
}

// TestFloorsAreRead keeps a name that was mistyped from being a floor of nothing.
func TestFloorsAreRead(t *testing.T) {
	t.Chdir("../..")
	list, err := read()
	require.NoError(t, err)
	require.NotEmpty(t, list)
	for _, f := range list {
		require.DirExists(t, f.Package)
		require.Positive(t, f.Noticed)
		require.Positive(t, f.Reached)
	}
}
