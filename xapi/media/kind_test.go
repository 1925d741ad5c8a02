package media_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/media"
)

// begun returns what an upload would be announced as, and whether it came so far.
func begun(t *testing.T, source media.Source, opts ...media.Option) (mediaType string, category media.Category, err error) {
	t.Helper()
	api := &scripted{processing: []any{``}}
	result, err := media.New(api).Upload(t.Context(), source, append(opts, media.WithoutOneShot())...)
	if err != nil {
		return "", "", err
	}
	return result.MediaType, result.Category, nil
}

// stream is the beginning of an MPEG-2 transport stream.
func stream(packet, at int) string {
	data := []byte(strings.Repeat("\xff", packet*8))
	for ; at < len(data); at += packet {
		data[at] = 0x47
	}
	return string(data)
}

func TestTheTypeIsFoundByContentThenByName(t *testing.T) {
	box := func(brand string) string { return "\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x02\x00" + brand + "mp41" }
	riff := "RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00" + strings.Repeat("\x00", 24)
	for name, c := range map[string]struct{ file, content, want string }{
		"mp4":                     {"x", box("mp42"), "video/mp4"},
		"mp4 under another name":  {"x.mov", box("isom"), "video/mp4"},
		"quicktime":               {"x", "\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "video/quicktime"},
		"webm":                    {"x", "\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm", "video/webm"},
		"transport stream":        {"x", stream(188, 0), "video/mp2t"},
		"timed transport stream":  {"x", stream(192, 4), "video/mp2t"},
		"png under a wrong name":  {"x.mp4", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/png"},
		"jpeg":                    {"x", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"},
		"gif":                     {"x", "GIF89a\x01\x00\x01\x00", "image/gif"},
		"bmp":                     {"x", "BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + strings.Repeat("\x00", 40), "image/bmp"},
		"tiff":                    {"x", "II*\x00\x08\x00\x00\x00", "image/tiff"},
		"webp":                    {"x", riff, "image/webp"},
		"srt":                     {"x", "1\n00:00:00,000 --> 00:00:01,000\nHello\n", "text/srt"},
		"vtt":                     {"x", "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", "text/vtt"},
		"apng":                    {"x", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x08acTL\x00\x00\x00\x01", "image/png"},
		"webm that says Matroska": {"x", webm("matroska") + "V_VP9", "video/webm"},
		"the same by its name":    {"x.webm", webm("matroska"), "video/webm"},
		"webm named otherwise":    {"x.mkv", webm("webm"), "video/webm"},
		"glb":                     {"x", "glTF\x02\x00\x00\x00\x14\x00\x00\x00", "model/gltf-binary"},
		"usdz by its name":        {"x.usdz", "PK\x03\x04\x14\x00\x00\x00\x00\x00", "model/vnd.usdz+zip"},
		"bytes that say nothing":  {"x.MP4", "\x00\x01\x02\x03", "video/mp4"},
		"text that says nothing":  {"x.srt", "x", "text/srt"},
		"a pjpeg is a jpeg":       {"x.jpg", "\xff\xd8\xff\xe0", "image/jpeg"},
		"name in capitals, a dot": {"a.b.JPEG", "\x00\x01", "image/jpeg"},
	} {
		t.Run(name, func(t *testing.T) {
			mediaType, _, err := begun(t, media.Bytes(c.file, []byte(c.content)))
			require.NoError(t, err)
			require.Equal(t, c.want, mediaType)
		})
	}
}

func TestADeclaredTypeIsHeldAgainstTheContent(t *testing.T) {
	picture, err := os.ReadFile("../testdata/picture.png")
	require.NoError(t, err)
	clip, err := os.ReadFile("../testdata/clip.mp4")
	require.NoError(t, err)
	for name, c := range map[string]struct {
		data     []byte
		declared string
		refused  string
	}{
		"right":                      {picture, "image/png", ""},
		"in capitals":                {picture, "IMAGE/PNG", ""},
		"a dialect of the container": {clip, "video/quicktime", ""},
		"content says nothing":       {[]byte("x"), "video/webm", ""},
		"Matroska as WebM":           {[]byte(webm("matroska")), "video/webm", ""},
		"text":                       {[]byte("Just some text"), "video/mp4", "its content is text/plain"},
		"text as subtitles":          {[]byte("Just some text"), "text/vtt", ""},
		"wrong":                      {picture, "video/mp4", "its content is image/png"},
		"another picture":            {picture, "image/jpeg", "its content is image/png"},
		"octet-stream":               {picture, "application/octet-stream", "not one that X takes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := begun(t, media.Bytes("x", c.data), media.WithType(c.declared))
			if c.refused == "" {
				require.NoError(t, err)
				return
			}
			var input *media.InputError
			require.ErrorAs(t, err, &input)
			require.ErrorContains(t, err, c.refused)
		})
	}
}

func TestTheCategoryFollowsFromTypeAndUse(t *testing.T) {
	for _, c := range []struct {
		file string
		use  media.Use
		want media.Category
	}{
		{"x.png", media.ForPost, media.TweetImage},
		{"x.png", media.ForDirectMessage, media.DMImage},
		{"x.gif", media.ForPost, media.TweetGIF},
		{"x.gif", media.ForDirectMessage, media.DMGIF},
		{"x.mp4", media.ForPost, media.TweetVideo},
		{"x.mp4", media.ForDirectMessage, media.DMVideo},
		{"x.mp4", media.ForAd, media.AmplifyVideo},
		{"x.srt", media.ForPost, media.Subtitles},
		{"x.usdz", media.ForPost, ""},
	} {
		_, category, err := begun(t, media.Bytes(c.file, []byte{0, 1}), media.WithUse(c.use))
		require.NoError(t, err)
		require.Equal(t, c.want, category, c.file)
	}
}

// zeros is a source of any size.
type zeros struct{}

func (zeros) ReadAt(p []byte, _ int64) (int, error) { clear(p); return len(p), nil }

func TestBadInputIsRefusedBeforeAnythingIsSent(t *testing.T) {
	big := func(size int64) media.Source { return media.ReaderAt("x.bin", zeros{}, size) }
	mp4, png, gif := media.WithType("video/mp4"), media.WithType("image/png"), media.WithType("image/gif")
	for name, c := range map[string]struct {
		source media.Source
		opts   []media.Option
		says   string
	}{
		"no file":                    {media.File("no such file.mp4"), nil, "no such file"},
		"a folder":                   {media.File("."), nil, "not a regular file"},
		"an empty file":              {media.Bytes("x.mp4", nil), nil, "empty"},
		"an empty source":            {media.Source{}, nil, "the source is empty"},
		"an unknown type":            {media.Bytes("x.bin", []byte{0}), nil, "neither content nor name"},
		"a type X does not take":     {media.Bytes("x.mp4", []byte("%PDF-1.7\n")), nil, "application/pdf, which X does not take"},
		"text as a video":            {media.Bytes("x.mp4", []byte("Just some text\n")), nil, "is text, but no subtitles"},
		"a film":                     {media.Bytes("x.mkv", []byte(webm("matroska"))), nil, "video/x-matroska, which X does not take"},
		"an unknown category":        {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithCategory("tweet_movie")}, "unknown"},
		"a category of another type": {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithCategory(media.TweetImage)}, "does not take video/mp4"},
		"a long alt text":            {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithMetadata(media.Metadata{AltText: strings.Repeat("ä", 1001)})}, "1001 characters"},
		"a large picture":            {big(5<<20 + 1), []media.Option{png}, "5242881 bytes"},
		"a large GIF":                {big(15<<20 + 1), []media.Option{gif}, "15728641 bytes"},
		"a large video":              {big(512<<20 + 1), []media.Option{mp4}, "536870913 bytes"},
		"more than any upload":       {big(17179869185), []media.Option{media.WithType("model/gltf-binary")}, "17179869185 bytes"},
		"no segments":                {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithSegmentSize(0)}, "at least 1 byte"},
		"no concurrency":             {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithConcurrency(0)}, "between 1 and 16"},
		"much concurrency":           {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithConcurrency(17)}, "between 1 and 16"},
		"an owner by name":           {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithOwners("jack")}, "not a user id"},
		"no time to process":         {media.Bytes("x.mp4", []byte{0}), []media.Option{media.WithProcessingDeadline(0)}, "WithoutWaiting"},
		"a negative size":            {big(-1), nil, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			// An API without methods: a call of any would panic.
			_, err := media.New(struct{ media.API }{}).Upload(context.Background(), c.source, c.opts...)
			var input *media.InputError
			require.ErrorAs(t, err, &input)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestLimitsCanBeRaised(t *testing.T) {
	_, _, err := begun(t, media.Bytes("x.png", noise(5<<20+1)), media.WithType("image/png"), media.WithLimits(media.Limits{Image: 6 << 20}))
	require.NoError(t, err)
	_, _, err = begun(t, media.Bytes("x.png", noise(100)), media.WithLimits(media.Limits{Image: 99}))
	require.ErrorContains(t, err, "more than the 99")
}

// webm is the beginning of an EBML file of a document type.
func webm(docType string) string {
	return "\x1aE\xdf\xa3\x93B\x86\x81\x01B\xf7\x81\x01B\x82" + string(rune(len(docType) | 0x80))[1:] + docType
}
