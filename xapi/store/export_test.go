package store

// Open decrypts with seals what lies at place.
func Open(given []Seal, place string, sealed []byte) ([]byte, error) {
	return seals(given).open(place, sealed)
}

// SealAs encrypts.
func SealAs(seal Seal, place string, text []byte) []byte { return seals{seal}.seal(place, text) }
