package auth

// OnStep has the store call f at each step of a save, for tests that die there.
func (s *FileStore) OnStep(f func(name string)) { s.step = f }

// Header returns the Authorization header that o makes for a request, for vectors that fix nonce and time.
var Header = OAuth1.header
