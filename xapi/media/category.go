package media

import (
	"slices"
	"strings"
)

// Category is what X will use the media for. It decides the rules that the file must keep.
type Category string

// The categories of initializeMediaUpload.
const (
	AmplifyVideo Category = "amplify_video"
	TweetGIF     Category = "tweet_gif"
	TweetImage   Category = "tweet_image"
	TweetVideo   Category = "tweet_video"
	DMGIF        Category = "dm_gif"
	DMImage      Category = "dm_image"
	DMVideo      Category = "dm_video"
	Subtitles    Category = "subtitles"
)

// Categories are all categories.
func Categories() []Category {
	return []Category{AmplifyVideo, TweetGIF, TweetImage, TweetVideo, DMGIF, DMImage, DMVideo, Subtitles}
}

// Use is where the media will appear. Together with the type it decides the category.
type Use int

// The uses.
const (
	ForPost Use = iota
	ForDirectMessage
	ForAd
)

// kind is what a type and a category have in common, and what limits are for.
type kind string

const (
	image  kind = "image"
	gif    kind = "gif"
	video  kind = "video"
	texts  kind = "subtitles"
	models kind = "model"
)

func kindOf(mediaType string) kind {
	family, _, _ := strings.Cut(mediaType, "/")
	switch {
	case mediaType == "image/gif":
		return gif
	case family == "image":
		return image
	case family == "video":
		return video
	case family == "text":
		return texts
	}
	return models
}

// categorize returns the category that was asked for, or the one that follows from type and use. Models have none.
func categorize(mediaType string, use Use, asked Category) (Category, error) {
	if asked != "" {
		return asked, asked.takes(mediaType)
	}
	return map[kind][3]Category{
		image: {TweetImage, DMImage, TweetImage},
		gif:   {TweetGIF, DMGIF, TweetGIF},
		video: {TweetVideo, DMVideo, AmplifyVideo},
		texts: {Subtitles, Subtitles, Subtitles},
	}[kindOf(mediaType)][use], nil
}

// takes returns why files of mediaType cannot be of category c. A GIF may be sent as a picture, where it does not move.
func (c Category) takes(mediaType string) error {
	fitting, known := map[Category][]kind{
		TweetImage: {image, gif}, DMImage: {image, gif}, TweetGIF: {gif}, DMGIF: {gif},
		TweetVideo: {video}, DMVideo: {video}, AmplifyVideo: {video}, Subtitles: {texts},
	}[c]
	if !known {
		return inputError("media category %q is unknown: use one of %v", c, Categories())
	}
	if !slices.Contains(fitting, kindOf(mediaType)) {
		return inputError("media category %q does not take %s: leave the category out, or choose one for that type", c, mediaType)
	}
	return nil
}
