package media_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/gen/spec"
	"github.com/xapi-go/xapi-go/xapi/media"
)

func of[T any](value T) *T { return &value }

// complete has all fields, with numbers that a float cannot hold.
func complete() media.Metadata {
	return media.Metadata{
		AllowDownload: of(true),
		AltText:       "A dancing cat",
		Audience:      &media.Audience{Creators: []media.Subscription{media.AnySubscription}, X: []media.Subscription{media.AnySubscription}},
		Expires:       time.Unix(1740787200, 0).UTC(),
		Domains:       []string{"example.com"},
		Origin:        &media.Origin{Provider: "giphy", ID: "u5BzatR15TZ04"},
		Countries:     media.AllowCountries("us", "DE"),
		Managed:       of(false),
		PreviewImage:  scriptedID,
		Sensitive:     &media.Sensitive{AdultContent: true, GraphicViolence: true},
		Shared:        of(false),
		Stickers: []media.Sticker{{
			ID: "12345", AspectRatio: 1.78, GroupAnnotationID: 987654321098765, StickerSetAnnotationID: math.MaxInt64,
			A: 1, D: 1, TX: 10.5, TY: -5.2,
		}},
		Source: "gallery",
	}
}

func TestMetadataSurvivesTheWire(t *testing.T) {
	wire, err := json.Marshal(complete())
	require.NoError(t, err)
	require.Contains(t, string(wire), "987654321098765")
	require.Contains(t, string(wire), "9223372036854775807")
	require.Contains(t, string(wire), `"timestamp_sec":1740787200`)
	var back media.Metadata
	require.NoError(t, json.Unmarshal(wire, &back))
	require.Equal(t, complete(), back)
	parsed, err := media.ParseMetadata(wire)
	require.NoError(t, err)
	require.Equal(t, complete(), parsed)
}

// paths returns the paths of all properties of a schema, those of the items of arrays among them.
func paths(schema *openapi3.Schema, under string, into map[string]bool) {
	for _, alternatives := range []openapi3.SchemaRefs{schema.OneOf, schema.AllOf, schema.AnyOf} {
		for _, alternative := range alternatives {
			paths(alternative.Value, under, into)
		}
	}
	if schema.Items != nil {
		paths(schema.Items.Value, under, into)
	}
	for name, property := range schema.Properties {
		into[under+"."+name] = true
		paths(property.Value, under+"."+name, into)
	}
}

// found returns the paths of all members of a JSON value.
func found(value any, under string, into map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			into[under+"."+name] = true
			found(member, under+"."+name, into)
		}
	case []any:
		for _, item := range value {
			found(item, under, into)
		}
	}
}

// declaredMetadata is what a document says of metadata.
func declaredMetadata(document *openapi3.T) (*openapi3.Schema, map[string]bool) {
	fields, declared := &openapi3.Schema{}, map[string]bool{}
	for _, item := range document.Paths.Map() {
		if op := item.Post; op != nil && op.OperationID == "createMediaMetadata" {
			if metadata := op.RequestBody.Value.Content["application/json"].Schema.Value.Properties["metadata"]; metadata != nil {
				fields = metadata.Value
			}
		}
	}
	paths(fields, "", declared)
	return fields, declared
}

// The page of the documentation is what Metadata is made after.
func TestMetadataHasEveryFieldOfThePage(t *testing.T) {
	page, err := openapi3.NewLoader().LoadFromFile("../validate/testdata/documented.json")
	require.NoError(t, err)
	fields, declared := declaredMetadata(page)
	wire, err := json.Marshal(complete())
	require.NoError(t, err)
	var value any
	require.NoError(t, json.Unmarshal(wire, &value))
	sent := map[string]bool{}
	found(value, "", sent)
	require.Len(t, fields.Properties, 13)
	require.Equal(t, declared, sent)
	require.NoError(t, fields.VisitJSON(value))

	// The contract may have moved on since. The diff tells of that, and so does this test's log.
	document, err := spec.Operation("createMediaMetadata")
	if err != nil {
		t.Logf("the contract has no such operation any more: %v", err)
		return
	}
	_, vendored := declaredMetadata(document)
	for path := range vendored {
		if !declared[path] {
			t.Logf("the contract has a field that Metadata does not have: %s", path)
		}
	}
	for path := range declared {
		if !vendored[path] {
			t.Logf("the contract has no such field any more, and a request with it is refused before it is sent: %s", path)
		}
	}
}

func TestMetadataThatXRefusesIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		metadata media.Metadata
		says     string
	}{
		"nothing":              {media.Metadata{}, "nothing is set"},
		"a long text":          {media.Metadata{AltText: strings.Repeat("x", 1001)}, "1001 characters"},
		"a text not in UTF-8":  {media.Metadata{AltText: "\xff"}, "UTF-8"},
		"a time long ago":      {media.Metadata{Expires: time.Unix(-1, 0)}, "before 1970"},
		"a country by name":    {media.Metadata{Countries: media.AllowCountries("Germany")}, `"Germany"`},
		"no country":           {media.Metadata{Countries: media.BlockCountries([]string{}...)}, "empty"},
		"a long provider":      {media.Metadata{Origin: &media.Origin{Provider: "providers", ID: "1"}}, "1 to 8 characters"},
		"a preview by name":    {media.Metadata{PreviewImage: "cat"}, "not a media id"},
		"unknown subscribers":  {media.Metadata{Audience: &media.Audience{X: []media.Subscription{"Gold"}}}, "Gold"},
		"a sticker at nowhere": {media.Metadata{Stickers: []media.Sticker{{TX: math.NaN()}}}, "JSON cannot hold"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "no country" {
				c.metadata.Countries = media.BlockCountries(make([]string, 0, 1)...)
			}
			err := c.metadata.Validate()
			var input *media.InputError
			require.ErrorAs(t, err, &input)
			require.ErrorContains(t, err, c.says)
		})
	}
	require.NoError(t, complete().Validate())
	require.NoError(t, media.Metadata{AltText: strings.Repeat("😺", 1000)}.Validate())
}

func TestMetadataIsReadAsPeopleWriteIt(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"the object":        {`{"alt_text":{"text":"x"}}`, ""},
		"the whole request": {`{"id":"1","metadata":{"alt_text":{"text":"x"}}}`, ""},
		"empty lists":       {`{"alt_text":{"text":"x"},"audience_policy":{"creator_subscriptions":[],"x_subscriptions":[]}}`, ""},
		"both lists":        {`{"geo_restrictions":{"whitelisted_country_codes":["us"],"blacklisted_country_codes":["us"]}}`, "leave the other empty"},
		"a field misspelt":  {`{"alttext":{"text":"x"}}`, `unknown field "alttext"`},
		"an empty text":     {`{"alt_text":{"text":""}}`, "leave alt_text out"},
		"no JSON":           {`alt_text: x`, "invalid character"},
		"two values":        {`{"alt_text":{"text":"x"}} {}`, "more than one"},
		"a text for a list": {`{"sticker_info":{"stickers":"x"}}`, "cannot unmarshal"},
		"a fraction":        {`{"content_expiration":{"timestamp_sec":1.5}}`, "cannot unmarshal"},
	} {
		t.Run(name, func(t *testing.T) {
			metadata, err := media.ParseMetadata([]byte(c.text))
			if c.says == "" {
				require.NoError(t, err)
				require.Equal(t, "x", metadata.AltText)
				return
			}
			var input *media.InputError
			require.ErrorAs(t, err, &input)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestMetadataIsSetAfterTheUpload(t *testing.T) {
	client, server := sandbox(t)
	result, err := client.Upload(t.Context(), media.File("../testdata/clip.mp4"), media.WithMetadata(complete()))
	require.NoError(t, err)
	arrived, _ := server.Media(result.MediaID)
	got, err := json.Marshal(arrived.Metadata)
	require.NoError(t, err)
	want, err := json.Marshal(complete())
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))

	associated, err := client.SetMetadata(t.Context(), result.MediaID, media.Metadata{AltText: "Another"})
	require.NoError(t, err)
	require.Equal(t, "Another", associated.AltText)
}

func TestSetMetadataChecksTheAnswer(t *testing.T) {
	api := &scripted{answer: `{"data":{"id":"7"}}`}
	_, err := media.New(api).SetMetadata(t.Context(), scriptedID, complete())
	require.ErrorIs(t, err, media.ErrContract)
	_, err = media.New(api).SetMetadata(t.Context(), "x", complete())
	var input *media.InputError
	require.ErrorAs(t, err, &input)
}

func FuzzParseMetadata(f *testing.F) {
	wire, err := json.Marshal(complete())
	require.NoError(f, err)
	f.Add(wire)
	f.Add([]byte(`{"id":"1","metadata":{"geo_restrictions":{"whitelisted_country_codes":["us"],"blacklisted_country_codes":[]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		metadata, err := media.ParseMetadata(data)
		if err != nil {
			return
		}
		wire, err := json.Marshal(metadata)
		require.NoError(t, err)
		again, err := media.ParseMetadata(wire)
		require.NoError(t, err)
		require.Equal(t, metadata, again)
	})
}
