package xapitest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// Act is something that people do in X's own apps, or that X does, and that no operation of the API does. Server.Act has
// it happen.
type Act struct {
	// Kind is what happens, one of Acts.
	Kind string `json:"kind"`
	// User names who does it, or whom it happens to; Other whom it is done to: user.block, user.unblock, user.typing,
	// user.read.
	User  string `json:"user,omitempty"`
	Other string `json:"other,omitempty"`
	// Post is the id of the post that it happens to: post.drop and the like.
	Post string `json:"post,omitempty"`
	// Field is name, description, location or url, for user.modify. Value is what stands there then; of post.label it is
	// the label's title, of spaces.start that of the space, and of news.new the headline.
	Field string `json:"field,omitempty"`
	Value string `json:"value,omitempty"`
	// Countries are codes like DE, for user.withhold and post.withhold.
	Countries []string `json:"countries,omitempty"`
}

// acts are the kinds of acts, with what each needs.
var acts = map[string][]string{
	"user.block": {"user", "other"}, "user.unblock": {"user", "other"}, "user.typing": {"user", "other"}, "user.read": {"user", "other"},
	"user.protect": {"user"}, "user.unprotect": {"user"}, "user.suspend": {"user"}, "user.unsuspend": {"user"}, "user.deactivate": {"user"},
	"user.reactivate": {"user"}, "user.revoke": {"user"}, "user.scrub_geo": {"user"}, "user.withhold": {"user", "countries"}, "user.modify": {"user", "field"},
	"post.drop": {"post"}, "post.undrop": {"post"}, "post.withhold": {"post", "countries"}, "post.label": {"post", "value"}, "post.unviewable": {"post"},
	"spaces.start": {"user", "value"}, "spaces.end": {"user", "space"}, "broadcast.end": {"user", "broadcast"}, "news.new": {"value"},
}

// Acts returns the kinds of acts: a user blocks another, is typing to them or has read what they wrote; protects the
// account, is suspended, deactivates it, or the reverse; takes the app's permission back (user.revoke), has places taken
// out of posts, is withheld from countries, changes the profile. A post is dropped, withheld, labelled or made unviewable.
// The user begins a space, or ends theirs, or their broadcast; news come up.
func Acts() []string {
	kinds := make([]string, 0, len(acts))
	for kind := range acts {
		kinds = append(kinds, kind)
	}
	return sorted(kinds)
}

// Act has something happen that no operation does: streams and webhooks tell of it, and reads show it. It returns an error
// for what cannot happen, and says why.
func (s *Server) Act(a Act) error {
	defer s.news.Tell()
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.worldNow()
	does, err := a.in(w)
	if err != nil {
		return fmt.Errorf("act %s: %w", a.Kind, err)
	}
	if a.Kind == "user.revoke" {
		defer s.revokeAll(does.User)
	}
	w.Act(does, s.clock.now())
	return nil
}

// in finds what the act speaks of in the world.
func (a Act) in(w *world.World) (world.Act, error) {
	needs, known := acts[a.Kind]
	if !known {
		return world.Act{}, fmt.Errorf("there is no such act: use one of %s", strings.Join(Acts(), ", "))
	}
	found := world.Act{
		Kind: a.Kind, User: w.UserNamed(a.User), Other: w.UserNamed(a.Other), Post: w.Post(a.Post), Field: a.Field, Value: a.Value,
		Countries: a.Countries,
	}
	var wrong []error
	for _, need := range needs {
		switch {
		case need == "user" && found.User == nil:
			wrong = append(wrong, fmt.Errorf("there is no user %q", a.User))
		case need == "other" && (found.Other == nil || found.Other == found.User):
			wrong = append(wrong, fmt.Errorf("there is no other user %q", a.Other))
		case need == "post" && found.Post == nil:
			wrong = append(wrong, fmt.Errorf("there is no post %q", a.Post))
		case need == "value" && a.Value == "":
			wrong = append(wrong, errors.New("it needs a value"))
		case need == "space" && found.User != nil && w.Live("spaces", found.User) == nil, need == "broadcast" && found.User != nil && w.Live("broadcasts", found.User) == nil:
			wrong = append(wrong, fmt.Errorf("%q has no %s under way", a.User, need))
		case need == "countries" && len(a.Countries) == 0:
			wrong = append(wrong, errors.New("it needs countries"))
		case need == "field" && found.User != nil:
			if _, changes := found.User.Profile(a.Field); !changes {
				wrong = append(wrong, fmt.Errorf("%q is no field of a profile: use name, description, location or url", a.Field))
			}
		}
	}
	if found.User == nil && found.Post != nil {
		found.User = found.Post.Author
	}
	return found, errors.Join(wrong...)
}

// revokeAll ends what a user has allowed the app: tokens and subscriptions. Server.mu is held.
func (s *Server) revokeAll(u *world.User) {
	for _, t := range s.accounts.tokens {
		if t.User == u.ID {
			t.Revoked = true
		}
	}
	maps.DeleteFunc(s.accounts.signing, func(_ string, t signingToken) bool { return t.user == u.ID })
	for _, d := range s.world.All("webhooks") {
		if subscribed := accountsOf(d); slices.Contains(subscribed, u.ID) {
			d.Fields["_accounts"] = without(subscribed, u.ID)
		}
	}
}
