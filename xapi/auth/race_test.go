//go:build race

package auth_test

// underRaceDetector says that a program takes half a second to start.
const underRaceDetector = true
