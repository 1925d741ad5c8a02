package store

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
)

// Seal is a key by which logins are encrypted where they lie, and its name.
type Seal struct {
	// ID names the key, in clear, beside what it encrypted: 1 to 64 letters, digits, points, dashes and underscores. It
	// is never given to another key.
	ID string
	// AEAD encrypts and decrypts: AES-GCM of crypto/cipher with a key of 32 bytes, for one. Nonces are random.
	AEAD cipher.AEAD
}

// ErrSealed means that a login is encrypted with a key that the process was not given, or is not what was encrypted.
var ErrSealed = errors.New("the login cannot be decrypted")

// seals encrypt with the first of them and decrypt with any.
type seals []Seal

func newSeals(given []Seal) (seals, error) {
	seen := map[string]bool{}
	for _, seal := range given {
		switch {
		case !isSealID(seal.ID):
			return nil, fmt.Errorf("the id %q of a seal: give 1 to 64 letters, digits, points, dashes or underscores", seal.ID)
		case seen[seal.ID]:
			return nil, fmt.Errorf("two seals have the id %s", seal.ID)
		case seal.AEAD == nil:
			return nil, fmt.Errorf("the seal %s has no cipher", seal.ID)
		}
		seen[seal.ID] = true
	}
	return given, nil
}

func isSealID(id string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
	return id != "" && len(id) <= 64 && strings.Trim(id, allowed) == ""
}

// What is sealed reads: the version 1, the seal's id, the nonce, the ciphertext, with a colon after the first two. They
// and the place where it lies are authenticated with it, so that no login opens in another's place.
const sealVersion = "1:"

func (s seals) seal(place string, text []byte) []byte {
	seal := s[0]
	header := sealVersion + seal.ID + ":"
	nonce := make([]byte, seal.AEAD.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return seal.AEAD.Seal(append([]byte(header), nonce...), nonce, text, []byte(header+place))
}

func (s seals) open(place string, sealed []byte) ([]byte, error) {
	id, ok := sealID(sealed)
	if !ok {
		return nil, fmt.Errorf("%w: something else wrote it", ErrSealed)
	}
	for _, seal := range s {
		if seal.ID != id {
			continue
		}
		header := sealVersion + id + ":"
		rest := sealed[len(header):]
		if len(rest) < seal.AEAD.NonceSize() {
			return nil, fmt.Errorf("%w: it is cut short", ErrSealed)
		}
		nonce, text := rest[:seal.AEAD.NonceSize()], rest[seal.AEAD.NonceSize():]
		text, err := seal.AEAD.Open(nil, nonce, text, []byte(header+place))
		if err != nil {
			return nil, fmt.Errorf("%w: it is not what the key %s encrypted for this user", ErrSealed, id)
		}
		return text, nil
	}
	return nil, fmt.Errorf("%w: give the process the key %s too", ErrSealed, id)
}

// sealID tells the key that encrypted something.
func sealID(sealed []byte) (id string, ok bool) {
	rest, ours := bytes.CutPrefix(sealed, []byte(sealVersion))
	name, _, cut := bytes.Cut(rest, []byte(":"))
	return string(name), ours && cut && isSealID(string(name))
}
