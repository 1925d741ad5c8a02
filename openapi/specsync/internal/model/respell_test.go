package model_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/openapi/specsync/internal/model"
)

// liking is a version in which nothing but the library's own words is spelled in two ways.
const liking = `
openapi: 3.0.0
info: {title: Library, version: '1.0'}
paths:
  /likes:
    get:
      operationId: getLikes
      parameters: [{in: query, name: tweet_ids, required: true, schema: {type: array, items: {type: string}}}]
      responses: {'200': {description: Found., content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {tweet_count: {type: integer}, kept: {type: object, properties: {tweet_id: {type: string}}}}}}}}}}}
    post:
      operationId: like
      requestBody: {content: {application/json: {schema: {type: object, required: [tweet_id], properties: {tweet_id: {type: string}}}}}}
      responses: {'200': {description: Done., content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {liked: {type: boolean}}}}}}}}}
    delete:
      operationId: unlike
      responses: {'204': {description: Done.}}
`

func merged(t *testing.T, versions ...string) *model.Model {
	t.Helper()
	m := model.New()
	for _, version := range versions {
		m.Merge(parse(t, version), true, false)
	}
	return m
}

func TestAFieldInTheOtherSpellingIsTheSameField(t *testing.T) {
	respelled := strings.NewReplacer("tweet", "post", "'1.0'", "'1.1'").Replace(liking)
	both := strings.NewReplacer("{tweet_id: {type: string}}}}}}\n      responses", "{tweet_id: {type: string}, post_id: {type: string}}}}}}\n      responses", "'1.0'", "'1.1'").Replace(liking)
	for name, m := range map[string]*model.Model{"the new one later": merged(t, liking, respelled), "the old one later": merged(t, respelled, liking)} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, map[string]*model.Field{"post_ids": {Type: "[]string", Required: true, Old: "tweet_ids"}}, unmarked(m.Operations["GetLikes"].Params))
			require.Equal(t, map[string]*model.Field{"post_id": {Type: "string", Required: true, Old: "tweet_id"}}, unmarked(m.Things["LikeRequest"].Fields))
			data := m.Things["GetLikesData"].Fields
			require.Equal(t, &model.Field{Type: "int", Old: "tweet_count"}, unmarked(data)["post_count"])
			require.Len(t, data, 2)
		})
	}
	t.Run("both in one version", func(t *testing.T) {
		fields := merged(t, liking, both).Things["LikeRequest"].Fields
		require.Len(t, fields, 1)
		require.Equal(t, "tweet_id", fields["post_id"].Old, "whichever of the two an answer has, it is read")
	})
}

// unmarked are the fields without what versions they were in.
func unmarked(fields map[string]*model.Field) map[string]*model.Field {
	for _, field := range fields {
		field.Last = ""
	}
	return fields
}

// TestAnAnswerHasOneNameForOneOldName has two things in one answer of which a version spells one otherwise: answers are
// translated by name, so that the other goes by the new name too.
func TestAnAnswerHasOneNameForOneOldName(t *testing.T) {
	half := strings.NewReplacer("{tweet_count: {type: integer}, kept", "{tweet_id: {type: string}, kept", "'1.0'", "'1.1'").Replace(liking)
	later := strings.NewReplacer("{tweet_count: {type: integer}, kept", "{post_id: {type: string}, kept", "'1.0'", "'1.2'").Replace(liking)
	m := merged(t, liking, half, later)
	require.Equal(t, "tweet_id", m.Things["GetLikesData"].Fields["post_id"].Old)
	require.Equal(t, "tweet_id", m.Things["GetLikesDataKept"].Fields["post_id"].Old)
}

func TestFieldsOfOneGoNameGetTwo(t *testing.T) {
	more := strings.NewReplacer("{tweet_id: {type: string}}}}}}\n      responses", "{tweet_id: {type: string}, tweetId: {type: string}}}}}}\n      responses", "'1.0'", "'1.1'").Replace(liking)
	fields := merged(t, liking, more).Things["LikeRequest"].Fields
	require.Equal(t, "PostID", model.FieldName("tweet_id", fields["tweet_id"]))
	require.Equal(t, "PostIDToo", model.FieldName("tweetId", fields["tweetId"]))
}

func TestWhatAnOperationTakesLaterIsMarked(t *testing.T) {
	later := strings.NewReplacer(
		"      operationId: unlike\n      responses: {'204': {description: Done.}}", `      operationId: unlike
      parameters: [{in: query, name: quiet, schema: {type: boolean}}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {why: {type: string}}}}}}
      responses: {'200': {description: Done., content: {application/json: {schema: {type: object, properties: {data: {type: object, properties: {liked: {type: boolean}}}}}}}}}`,
		"'1.0'", "'1.1'").Replace(liking)
	m := merged(t, liking, later)
	require.Equal(t, []string{model.LateParams, model.LateBody, model.LateAnswer}, m.Operations["Unlike"].Late)
	require.Empty(t, m.Operations["Like"].Late)
	text, err := m.Bytes()
	require.NoError(t, err)
	again, err := model.Read(text)
	require.NoError(t, err)
	require.Equal(t, m.Operations["Unlike"], again.Operations["Unlike"])
	require.Empty(t, merged(t, later).Operations["Unlike"].Late, "what is there from the start is not late")
}

// TestAReferenceLeadsThroughAFieldThatIsSpelledOtherwiseNow has a version with a field that a reference goes through under
// its other name.
func TestAReferenceLeadsThroughAFieldThatIsSpelledOtherwiseNow(t *testing.T) {
	m := merged(t, liking, strings.NewReplacer("tweet", "post", "'1.0'", "'1.1'").Replace(liking))
	path, err := (&model.Reference{To: "Post", At: "kept.tweet_id"}).Path(m, "GetLikesData", "kept_id")
	require.NoError(t, err)
	require.Equal(t, "post_id", path[1].Name)
	_, err = (&model.Reference{To: "Post", At: "kept.user_id"}).Path(m, "GetLikesData", "kept_id")
	require.ErrorContains(t, err, "has no field user_id")
}
