package xapitest

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// WithAnyBytes takes whatever bytes are uploaded for what they are said to be. By default the sandbox looks at the first
// of them, as X does: a picture that is none is refused, a video that is none fails in processing.
func WithAnyBytes() Option {
	return func(s *settings) error { s.anyBytes = true; return nil }
}

// Sizes that media may have, in bytes: documented by the API.
const (
	maxImage = 5 << 20
	maxGIF   = 15 << 20
	maxVideo = 512 << 20
)

// maxSize is how large media of a category may be, 0 where there is no limit but the contract's.
func maxSize(category string) int64 {
	switch {
	case category == "amplify_video":
		return 0
	case strings.HasSuffix(category, "_image"):
		return maxImage
	case strings.HasSuffix(category, "_gif"):
		return maxGIF
	case strings.HasSuffix(category, "_video"):
		return maxVideo
	default:
		return 0
	}
}

// oversized refuses media that are too large for their category.
func (s *Server) oversized(category string, size int64) *answer {
	most := maxSize(category)
	if most == 0 || size <= most {
		return nil
	}
	refused := s.invalid(fmt.Sprintf("File size exceeds %d bytes.", most), object{"total_bytes": []string{fmt.Sprint(size)}})
	refused.hint = fmt.Sprintf("a %s may have %d MiB", category, most>>20)
	return &refused
}

// mismatched refuses a media type that the category is not for.
func (s *Server) mismatched(mediaType, category string) *answer {
	kind, _, _ := strings.Cut(mediaType, "/")
	fits := true
	switch {
	case mediaType == "" || category == "":
	case strings.HasSuffix(category, "_image"):
		fits = kind == "image"
	case strings.HasSuffix(category, "_gif"):
		fits = mediaType == "image/gif"
	case strings.HasSuffix(category, "_video"):
		fits = kind == "video"
	case category == "subtitles":
		fits = kind == "text"
	}
	if fits {
		return nil
	}
	refused := s.invalid("The media_type "+mediaType+" does not go with the media_category "+category+".",
		object{"media_type": []string{mediaType}, "media_category": []string{category}})
	refused.hint = "pictures are tweet_image or dm_image, GIFs tweet_gif or dm_gif, videos tweet_video, dm_video or amplify_video, text/srt and text/vtt subtitles"
	return &refused
}

// heads are what files of a media type begin with, in several ways; a dot stands for any byte.
var heads = map[string][]string{
	"image/png":       {"\x89PNG\r\n\x1a\n"},
	"image/jpeg":      {"\xff\xd8\xff"},
	"image/pjpeg":     {"\xff\xd8\xff"},
	"image/gif":       {"GIF87a", "GIF89a"},
	"image/webp":      {"RIFF....WEBP"},
	"image/bmp":       {"BM"},
	"image/tiff":      {"II*\x00", "MM\x00*"},
	"video/mp4":       {"....ftyp", "....moov", "....mdat", "....free", "....wide"},
	"video/quicktime": {"....ftyp", "....moov", "....mdat", "....free", "....wide"},
	"video/webm":      {"\x1aE\xdf\xa3"},
	"video/mp2t":      {"G"},
}

// begins says whether the bytes begin as files of the media type do. Types without a head of their own always fit.
func begins(mediaType string, content []byte) bool {
	known := heads[mediaType]
	return known == nil || slices.ContainsFunc(known, func(head string) bool {
		if len(content) < len(head) {
			return false
		}
		for i := range len(head) {
			if head[i] != '.' && head[i] != content[i] {
				return false
			}
		}
		return true
	})
}

// looksLike returns the media type that the bytes begin as, empty where they begin as none.
func looksLike(content []byte) string {
	for _, mediaType := range []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff", "image/bmp", "video/mp4", "video/webm"} {
		if begins(mediaType, content) {
			return mediaType
		}
	}
	return ""
}

// headSize is how much of a file is looked at.
const headSize = 16

// unlike says in what the upload's bytes are not what they were said to be, empty where they are.
func (s *Server) unlike(u *upload) string {
	if s.settings.anyBytes {
		return ""
	}
	head := make([]byte, headSize)
	n, _ := io.ReadFull(s.assembled(u.regions()), head)
	head = bytes.TrimRight(head[:n], "\x00")
	said, found := u.mediaType, looksLike(head)
	switch {
	case said == "" && (!strings.HasSuffix(u.category, "_image") || strings.HasPrefix(found, "image/")):
		return "" // an upload at once need not say what it is
	case said == "":
		said = "picture"
	case begins(said, head):
		return ""
	}
	if found != "" {
		return "the bytes are " + found + ", not " + said
	}
	return "the bytes are no " + said + ": they begin with " + fmt.Sprintf("%q", head)
}

// unfit refuses an upload made at once that could not be made in steps. Server.mu is held.
func (s *Server) unfit(u *upload) *answer {
	if refused := s.mismatched(u.mediaType, u.category); refused != nil {
		return refused
	}
	if refused := s.oversized(u.category, u.size()); refused != nil {
		return refused
	}
	if why := s.unlike(u); why != "" {
		refused := s.refuseContent(why)
		return &refused
	}
	return nil
}

// refuseContent refuses a picture that is none.
func (s *Server) refuseContent(why string) answer {
	refused := s.invalid("media type unrecognized.", nil)
	refused.hint = why
	return refused
}
