package media

import (
	"encoding/json"
	"slices"
)

// Countries are where media may be seen. The zero value leaves it as it is.
type Countries struct {
	allowed, blocked []string
}

// AllowCountries shows the media in these countries alone: ISO 3166-1 codes of two letters.
func AllowCountries(codes ...string) Countries { return Countries{allowed: slices.Clone(codes)} }

// BlockCountries shows the media everywhere but in these countries: ISO 3166-1 codes of two letters.
func BlockCountries(codes ...string) Countries { return Countries{blocked: slices.Clone(codes)} }

// Allowed returns the countries that alone may see the media, nil where there is no such list.
func (c Countries) Allowed() []string { return slices.Clone(c.allowed) }

// Blocked returns the countries that may not see the media, nil where there is no such list.
func (c Countries) Blocked() []string { return slices.Clone(c.blocked) }

// IsZero reports whether there is no list.
func (c Countries) IsZero() bool { return c.allowed == nil && c.blocked == nil }

type wireCountries struct {
	Allowed []string `json:"whitelisted_country_codes"`
	Blocked []string `json:"blacklisted_country_codes"`
}

// MarshalJSON returns the wire form, in which both lists stand and one of them is empty.
func (c Countries) MarshalJSON() ([]byte, error) {
	present := func(codes []string) []string { return append([]string{}, codes...) }
	return json.Marshal(wireCountries{present(c.allowed), present(c.blocked)})
}

// UnmarshalJSON reads the wire form. Where both lists are filled, which X does not take, both are kept for Validate to
// refuse and for a reader of an answer to see.
func (c *Countries) UnmarshalJSON(data []byte) error {
	var wire wireCountries
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	*c = Countries{}
	if len(wire.Allowed) > 0 {
		c.allowed = wire.Allowed
	}
	if len(wire.Blocked) > 0 {
		c.blocked = wire.Blocked
	}
	return nil
}
