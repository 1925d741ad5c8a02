package media

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// Types are the media types that X takes, as initializeMediaUpload declares them. Anything else, and
// application/octet-stream among it, is answered 400.
func Types() []string {
	return []string{
		"video/mp4", "video/webm", "video/mp2t", "video/quicktime", "text/srt", "text/vtt", "image/jpeg", "image/gif",
		"image/bmp", "image/png", "image/webp", "image/pjpeg", "image/tiff", "model/gltf-binary", "model/vnd.usdz+zip",
	}
}

// byExtension has the types by the ending of a file name, for content that does not show its type.
var byExtension = map[string]string{
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".ts": "video/mp2t", ".m2ts": "video/mp2t",
	".mov": "video/quicktime", ".qt": "video/quicktime", ".srt": "text/srt", ".vtt": "text/vtt",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".bmp": "image/bmp", ".png": "image/png",
	".webp": "image/webp", ".tif": "image/tiff", ".tiff": "image/tiff", ".glb": "model/gltf-binary",
	".usdz": "model/vnd.usdz+zip",
}

// sniffed is how many bytes decide the type. It is what mimetype reads by itself.
const sniffed = 3072

// identify finds the type by content, of which head is the beginning, then by name, and holds what the caller declared
// against it.
func identify(name string, head []byte, declared string) (string, error) {
	declared = strings.ToLower(strings.TrimSpace(declared))
	if declared != "" && !slices.Contains(Types(), declared) {
		return "", inputError("media type %q is not one that X takes: use one of %s", declared, strings.Join(Types(), ", "))
	}
	named := byExtension[strings.ToLower(path.Ext(name))]
	seen, certain := sniff(head)
	switch {
	case declared != "" && certain && !agree(declared, seen):
		return "", inputError("media source %q is declared as %s, but its content is %s: leave the type out, or declare that", name, declared, seen)
	case declared != "":
		return declared, nil
	case certain && slices.Contains(Types(), seen):
		return seen, nil
	case named != "" && (!certain || agree(named, seen)):
		return named, nil
	case seen == "text/plain":
		return "", inputError("media source %q is text, but no subtitles in SRT or VTT: convert it, or declare it as one of the two if it is", name)
	case certain:
		return "", inputError("media source %q is %s, which X does not take: convert it to one of %s", name, seen, strings.Join(Types(), ", "))
	}
	return "", inputError("media source %q: neither content nor name tells its type: declare it as one of %s", name, strings.Join(Types(), ", "))
}

// sniff returns the type that the first bytes show, by the name X has for it, and whether they show it for certain.
func sniff(head []byte) (seen string, certain bool) {
	if transportStream(head) {
		return "video/mp2t", true
	}
	found := mimetype.Detect(head)
	seen, _, _ = strings.Cut(found.String(), ";")
	switch {
	case seen == "application/octet-stream", seen == "text/plain" && len(head) < 4:
		return seen, false
	case found.Is("application/x-subrip"):
		return "text/srt", true
	case found.Is("video/x-m4v"):
		return "video/mp4", true
	case found.Is("image/apng"):
		return "image/png", true
	case found.Is("video/x-matroska"):
		// WebM is Matroska with few codecs, and some writers do not say so.
		if bytes.Contains(head, []byte("V_VP8")) || bytes.Contains(head, []byte("V_VP9")) || bytes.Contains(head, []byte("V_AV1")) {
			return "video/webm", true
		}
		return matroska, true
	}
	return seen, true
}

const matroska = "video/x-matroska"

// transportStream recognises MPEG-2 transport streams, which mimetype does not know: packets of 188 bytes, or of 192
// with a time stamp before each, that start with 0x47.
func transportStream(head []byte) bool {
	for _, packet := range []struct{ length, start int }{{188, 0}, {192, 4}} {
		count := 0
		for at := packet.start; at < len(head) && head[at] == 0x47; at += packet.length {
			count++
		}
		if count >= 3 && packet.start+count*packet.length >= len(head) {
			return true
		}
	}
	return false
}

// agree reports whether content seen as one type may be declared as another.
func agree(declared, seen string) bool {
	family := func(types ...string) bool { return slices.Contains(types, declared) && slices.Contains(types, seen) }
	subtitles := family("text/srt", "text/vtt")
	return declared == seen ||
		family("image/jpeg", "image/pjpeg") ||
		// One container in two dialects, which writers mix.
		family("video/mp4", "video/quicktime", "video/3gpp", "video/3gpp2", "audio/mp4", "audio/x-m4a") ||
		family("video/webm", matroska) ||
		family("model/vnd.usdz+zip", "application/zip") ||
		// What subtitles say may look like another kind of text.
		!subtitles && strings.HasPrefix(declared, "text/") && strings.HasPrefix(seen, "text/")
}
