package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"
)

// A floor is the least that may be measured of a package, in percent.
type floor struct {
	Package string `yaml:"package"`
	// Noticed is the share of changes that made a test fail, of those in code that the package's own tests reach.
	Noticed int `yaml:"noticed"`
	// Reached is the share of places to change that these tests reach.
	Reached int `yaml:"reached"`
}

type floors []floor

func parse(text []byte) (list floors, err error) {
	return list, yaml.Unmarshal(text, &list)
}

func read() (floors, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return parse(text)
}

func write(list floors) error {
	var text bytes.Buffer
	text.WriteString("# What mutation runs measured at least, in percent, rounded down. make mutation raises them; nothing lowers them.\n")
	for _, f := range list {
		fmt.Fprintf(&text, "- {package: %s, noticed: %d, reached: %d}\n", f.Package, f.Noticed, f.Reached)
	}
	return os.WriteFile(file, text.Bytes(), 0o600)
}

// hold fails where a measurement is below the floor, and raises the floor where it is above.
func (f *floor) hold(measured report) error {
	var err error
	if measured.Efficacy < float64(f.Noticed) {
		err = fmt.Errorf("%s: its tests notice %.1f%% of the changes, and noticed %d%%: test what lived", f.Package, measured.Efficacy, f.Noticed)
	}
	if measured.Coverage < float64(f.Reached) {
		err = errors.Join(err, fmt.Errorf("%s: its tests reach %.1f%% of the places, and reached %d%%", f.Package, measured.Coverage, f.Reached))
	}
	f.Noticed, f.Reached = max(f.Noticed, int(measured.Efficacy)), max(f.Reached, int(measured.Coverage))
	return err
}

// sunk says which floors are lower than older ones.
func (list floors) sunk(older floors) error {
	now := map[string]floor{}
	for _, f := range list {
		now[f.Package] = f
	}
	var lower []error
	for _, before := range older {
		if f := now[before.Package]; f.Noticed < before.Noticed || f.Reached < before.Reached {
			lower = append(lower, fmt.Errorf("the floors of %s were %d and %d, and are %d and %d: floors only rise",
				before.Package, before.Noticed, before.Reached, f.Noticed, f.Reached))
		}
	}
	return errors.Join(lower...)
}
