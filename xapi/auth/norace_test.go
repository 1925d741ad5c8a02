//go:build !race

package auth_test

const underRaceDetector = false
