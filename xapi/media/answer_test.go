package media_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

func TestAnAnswerThatBreaksTheContractIsAnError(t *testing.T) {
	for name, c := range map[string]struct{ initialized, finalized, says string }{
		"no data":              {initialized: `{}`, says: "initializeMediaUpload: the answer breaks the contract: it has no data"},
		"no id":                {initialized: `{"data":{"media_key":"7_1"}}`, says: `data.id "" is not a media id`},
		"an id that is none":   {initialized: `{"data":{"id":"12a"}}`, says: `data.id "12a" is not a media id`},
		"errors alone":         {initialized: `{"errors":[{"title":"Bad","detail":"no such thing","type":"about:blank"}]}`, says: "no such thing"},
		"a key that is none":   {finalized: `{"data":{"id":"` + scriptedID + `","media_key":"key"}}`, says: `media_key "key"`},
		"the id of another":    {finalized: `{"data":{"id":"7","media_key":"7_7"}}`, says: `data.id is "7", asked was "` + scriptedID + `"`},
		"no id after finalize": {finalized: `{"data":{}}`, says: "finalizeMediaUpload"},
	} {
		t.Run(name, func(t *testing.T) {
			api := &scripted{initialized: c.initialized, finalized: c.finalized, processing: []any{``}}
			_, err := media.New(api).Upload(t.Context(), media.Bytes("a.mp4", []byte("x")))
			require.ErrorIs(t, err, media.ErrContract)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestAnUploadIsAnnouncedAsAskedFor(t *testing.T) {
	api := &scripted{processing: []any{``}}
	_, err := media.New(api, media.WithShared()).Upload(t.Context(), media.Bytes("a.mp4", []byte("xyz")),
		media.WithUse(media.ForAd), media.WithOwners("2244994945", "12"))
	require.NoError(t, err)
	require.JSONEq(t, `{"media_type":"video/mp4","media_category":"amplify_video","total_bytes":3,"shared":true,
		"additional_owners":["2244994945","12"]}`, api.bodies[0])
}

func TestWaitReturnsWhenProcessingIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &scripted{processing: []any{`{"state":"in_progress","check_after_secs":2}`, `{"state":"succeeded"}`}}
		status, err := media.New(api).Wait(t.Context(), scriptedID)
		require.NoError(t, err)
		require.Equal(t, media.Succeeded, status.State)
		require.Len(t, api.asked, 2)
	})
}

func TestAProcessingErrorTellsWhatXFound(t *testing.T) {
	failed := &media.ProcessingError{MediaID: "7", Code: 3, Name: "UnsupportedMedia", Message: "no video track", State: media.Failed}
	require.EqualError(t, failed, `media 7 cannot be used: processing ended as "failed" with error 3 UnsupportedMedia: no video track; check the file against X's requirements for its category`)
}
