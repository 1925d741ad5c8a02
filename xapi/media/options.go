package media

import (
	"fmt"
	"slices"
	"time"

	"github.com/xapi-go/xapi-go/xapi"
)

// Option changes how an upload works.
type Option func(*settings) error

type settings struct {
	use         Use
	category    Category
	mediaType   string
	shared      bool
	owners      []string
	limits      Limits
	segmentSize int64
	concurrency int
	oneShot     bool
	wantsDigest bool
	checkpoint  CheckpointStore
	waits       bool
	deadline    time.Duration
	metadata    *Metadata
	progress    func(Progress)
	restarted   func(Restart)
	callOptions []xapi.CallOption
}

// settings returns those of one upload.
func (c *Client) settings(opts []Option) (*settings, error) {
	s := &settings{limits: DefaultLimits(), oneShot: true, waits: true, deadline: DefaultProcessingDeadline}
	for _, opt := range slices.Concat(c.defaults, opts) {
		if err := opt(s); err != nil {
			return nil, &InputError{Err: err}
		}
	}
	if s.category != "" && !slices.Contains(Categories(), s.category) {
		return nil, inputError("media category %q is unknown: use one of %v", s.category, Categories())
	}
	return s, nil
}

// WithUse says where the media will appear, ForPost by default.
func WithUse(use Use) Option {
	return func(s *settings) error {
		if use < ForPost || use > ForAd {
			return fmt.Errorf("media use %d is unknown", use)
		}
		s.use = use
		return nil
	}
}

// WithCategory sets the category, which otherwise follows from type and use.
func WithCategory(category Category) Option {
	return func(s *settings) error { s.category = category; return nil }
}

// WithType declares the media type. An upload is refused where the content is certainly of another.
func WithType(mediaType string) Option {
	return func(s *settings) error { s.mediaType = mediaType; return nil }
}

// WithShared marks the media as shared, so that it can be used again in other posts.
func WithShared() Option {
	return func(s *settings) error { s.shared = true; return nil }
}

// WithOwners lets the users with these ids use the media too.
func WithOwners(userIDs ...string) Option {
	return func(s *settings) error {
		for _, id := range userIDs {
			if !isID(id) {
				return fmt.Errorf("additional owner %q is not a user id of 1 to 19 digits", id)
			}
		}
		s.owners = userIDs
		return nil
	}
}

// WithLimits replaces the limits that are not zero in limits, since accounts differ.
func WithLimits(limits Limits) Option {
	return func(s *settings) error { s.limits = limits.or(s.limits); return nil }
}

// WithSegmentSize sets the size of a segment in bytes. Without it segments begin with 64 KiB and become as large as they
// can be sent in a few seconds, up to 4 MiB, or more where 1000 segments would not do. A size for which 1000 segments do
// not suffice is raised, and one that the server refuses is lowered.
func WithSegmentSize(bytes int64) Option {
	return func(s *settings) error {
		if bytes < 1 {
			return fmt.Errorf("segment size %d: a segment has at least 1 byte", bytes)
		}
		s.segmentSize = bytes
		return nil
	}
}

// WithConcurrency bounds how many segments are in flight at once, from 1 to MaxConcurrency; DefaultConcurrency without
// it. There are fewer where the link does not carry as many, and where other uploads of the same Client are under way:
// all of them together have DefaultConcurrency requests in flight at most, or as many as the one with the most may have.
// Each has a connection of its own, over HTTP/2 as long as there are no more than eight.
func WithConcurrency(segments int) Option {
	return func(s *settings) error {
		if segments < 1 || segments > MaxConcurrency {
			return fmt.Errorf("concurrency %d is not between 1 and %d", segments, MaxConcurrency)
		}
		s.concurrency = segments
		return nil
	}
}

// WithDigest has Result.SHA256 filled in. The digest is computed beside the sending, which a network hides. It is left
// out otherwise, since a processor without instructions for it needs as long as a fast local server does for the bytes.
func WithDigest() Option {
	return func(s *settings) error { s.wantsDigest = true; return nil }
}

// WithoutOneShot sends even a small picture in segments.
func WithoutOneShot() Option {
	return func(s *settings) error { s.oneShot = false; return nil }
}

// WithoutWaiting has an upload return as soon as X has the bytes. The media is usable when Status says so.
func WithoutWaiting() Option {
	return func(s *settings) error { s.waits = false; return nil }
}

// WithProcessingDeadline bounds the wait for processing, DefaultProcessingDeadline by default.
func WithProcessingDeadline(deadline time.Duration) Option {
	return func(s *settings) error {
		if deadline <= 0 {
			return fmt.Errorf("processing deadline %v is not positive: use WithoutWaiting to not wait", deadline)
		}
		s.deadline = deadline
		return nil
	}
}

// WithMetadata sets the metadata of the media when it is ready, or with WithoutWaiting as soon as X has the bytes. It is
// checked before anything is sent.
func WithMetadata(metadata Metadata) Option {
	return func(s *settings) error { s.metadata = &metadata; return metadata.Validate() }
}

// WithProgress reports how far an upload has come. report is called by one goroutine at a time, always with the latest
// state: a slow report misses states in between and holds up nothing. The last one is made before the upload returns,
// unless report takes longer than a quarter of a second by then. A report that panics ends the upload with an error.
func WithProgress(report func(Progress)) Option {
	return func(s *settings) error { s.progress = report; return nil }
}

// WithRestartFunc reports each time an upload is begun afresh, as it happens. Result has them all at the end.
func WithRestartFunc(report func(Restart)) Option {
	return func(s *settings) error { s.restarted = report; return nil }
}

// WithCallOptions gives opts to every call of the API that an upload makes. By default a call waits for a rate limit
// window of 15 minutes, as far as the context's deadline allows: xapi.WithRateLimitWait(0) is not to wait. Calls that
// send segments are repeated by the upload itself, whatever xapi.WithMaxAttempts says to the client.
func WithCallOptions(opts ...xapi.CallOption) Option {
	return func(s *settings) error { s.callOptions = opts; return nil }
}

// rateLimitWait is long enough for a window of 15 minutes, and too short for one of 24 hours.
const rateLimitWait = 16 * time.Minute

// calls returns the options of a call of the API.
func (s *settings) calls(opts ...xapi.CallOption) []xapi.CallOption {
	return slices.Concat([]xapi.CallOption{xapi.WithRateLimitWait(rateLimitWait)}, opts, s.callOptions)
}
