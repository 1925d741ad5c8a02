package media

// Limits are the largest sizes in bytes, checked before anything is sent. X documents them in MB. A MB is taken for
// 1024 times 1024 bytes, the larger of its two meanings: a file that is too large after all is refused by the server,
// while one that was refused here could not be sent at all.
type Limits struct {
	// Image is for still pictures, 5 MB by default.
	Image int64
	// GIF is for moving ones, 15 MB by default.
	GIF int64
	// Video is for videos of every category, 512 MB by default. Some accounts may send longer ones.
	Video int64
	// Total is for all uploads, 17,179,869,184 bytes by default: the largest total_bytes of initializeMediaUpload.
	Total int64
}

const mb = 1 << 20

// DefaultLimits are the limits that X documents.
func DefaultLimits() Limits {
	return Limits{Image: 5 * mb, GIF: 15 * mb, Video: 512 * mb, Total: 16 << 30}
}

// or returns l with what is zero taken from other.
func (l Limits) or(other Limits) Limits {
	pick := func(a, b int64) int64 {
		if a != 0 {
			return a
		}
		return b
	}
	return Limits{
		Image: pick(l.Image, other.Image), GIF: pick(l.GIF, other.GIF),
		Video: pick(l.Video, other.Video), Total: pick(l.Total, other.Total),
	}
}

// largest returns how many bytes media of category may have.
func (l Limits) largest(category Category) int64 {
	switch category {
	case TweetImage, DMImage:
		return min(l.Total, l.Image)
	case TweetGIF, DMGIF:
		return min(l.Total, l.GIF)
	case TweetVideo, DMVideo, AmplifyVideo:
		return min(l.Total, l.Video)
	}
	return l.Total
}
