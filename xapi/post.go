package xapi

// PostWithMedia returns a post of text with up to 4 media, in this order. Either may be left out. The media must be ready
// and the caller's own; a post takes 4 pictures, or 1 GIF, or 1 video. For more, set further fields of what it returns.
func PostWithMedia(text string, mediaIDs ...string) PostDraft {
	post := PostDraft{Text: text}
	if len(mediaIDs) > 0 {
		post.Media = &MediaDraft{MediaIDs: mediaIDs}
	}
	return post
}
