package media

import (
	"math"
	"reflect"
	"regexp"
	"unicode/utf8"
)

// MaxAltText is how many characters an alt text may have.
const MaxAltText = 1000

var countryPattern = regexp.MustCompile(`^[a-zA-Z]{2}$`)

// Validate returns the first thing that X would refuse, as an *InputError.
func (m Metadata) Validate() error {
	if reflect.ValueOf(m).IsZero() {
		return inputError("metadata: nothing is set: give at least one field")
	}
	if n := utf8.RuneCountInString(m.AltText); n > MaxAltText {
		return inputError("metadata alt_text: %d characters, more than %d: shorten it", n, MaxAltText)
	}
	if !utf8.ValidString(m.AltText) {
		return inputError("metadata alt_text: the text is not UTF-8")
	}
	if !m.Expires.IsZero() && m.Expires.Unix() <= 0 {
		return inputError("metadata content_expiration: %v lies before 1970", m.Expires)
	}
	if m.Audience != nil {
		for _, s := range append(append([]Subscription{}, m.Audience.Creators...), m.Audience.X...) {
			if s != AnySubscription {
				return inputError("metadata audience_policy: subscription %q is unknown: %q is the one there is", s, AnySubscription)
			}
		}
	}
	if o := m.Origin; o != nil && (o.Provider == "" || o.ID == "" || utf8.RuneCountInString(o.Provider) > 8 || utf8.RuneCountInString(o.ID) > 24) {
		return inputError("metadata found_media_origin: provider takes 1 to 8 characters and id 1 to 24, given are %q and %q", o.Provider, o.ID)
	}
	if len(m.Countries.allowed) > 0 && len(m.Countries.blocked) > 0 {
		return inputError("metadata geo_restrictions: both whitelisted_country_codes and blacklisted_country_codes are filled: X takes one of them, leave the other empty")
	}
	for _, code := range append(m.Countries.Allowed(), m.Countries.Blocked()...) {
		if !countryPattern.MatchString(code) {
			return inputError("metadata geo_restrictions: %q is not a country code of two letters", code)
		}
	}
	if !m.Countries.IsZero() && len(m.Countries.allowed)+len(m.Countries.blocked) == 0 {
		return inputError("metadata geo_restrictions: the list of countries is empty: name one, or leave it out")
	}
	if m.PreviewImage != "" && !isID(m.PreviewImage) {
		return inputError("metadata preview_image: %q is not a media id of 1 to 19 digits", m.PreviewImage)
	}
	for i, s := range m.Stickers {
		for _, v := range []float64{s.AspectRatio, s.A, s.B, s.C, s.D, s.TX, s.TY} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return inputError("metadata sticker_info: sticker %d has a number that JSON cannot hold", i)
			}
		}
	}
	return nil
}
