package webhook

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// defaultRemembered is how many events the default window remembers: some tens of megabytes where it is full, which
// thousands of events a second take less than a minute to do. Who has so many gives a window of their own.
const defaultRemembered = 1 << 17

// MemoryWindow is a Window for one process. It ends with it, and so does what it remembers.
type MemoryWindow struct {
	size int

	mu      sync.Mutex
	entries map[string]*list.Element
	oldest  *list.List // of *remembered, by when they are forgotten
}

type remembered struct {
	id        string
	owner     string // empty where nobody holds it
	attempts  int
	committed bool
	until     time.Time
}

// NewMemoryWindow returns a window that remembers size events, at about 300 bytes each, and forgets the oldest beyond.
// Those that are being taken are never forgotten. A handler without WithWindow has one of 131,072.
func NewMemoryWindow(size int) *MemoryWindow {
	return &MemoryWindow{size: max(size, 1), entries: map[string]*list.Element{}, oldest: list.New()}
}

// Claim implements Window. The lease plays no part: who holds a claim is in this process, and ends it.
func (w *MemoryWindow) Claim(ctx context.Context, id, owner string, _, keep time.Duration) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	entry := w.touch(id, keep)
	switch entry.owner {
	case owner:
		return entry.attempts, nil
	case "":
		if entry.committed {
			return Committed, nil
		}
		entry.owner = owner
		entry.attempts++
		return entry.attempts, nil
	}
	return Held, nil
}

// Commit implements Window.
func (w *MemoryWindow) Commit(_ context.Context, id string, keep time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	entry := w.touch(id, keep)
	entry.owner, entry.committed = "", true
	return nil
}

// Release implements Window.
func (w *MemoryWindow) Release(_ context.Context, id, owner string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if element, known := w.entries[id]; known {
		if entry := entryOf(element); entry.owner == owner {
			entry.owner = ""
		}
	}
	return nil
}

// touch returns the entry of id, a new one where there is none. It will be forgotten once keep has passed, and last of
// all where the window is full.
func (w *MemoryWindow) touch(id string, keep time.Duration) *remembered {
	now := time.Now()
	w.forget(now, len(w.entries))
	element, known := w.entries[id]
	if !known {
		w.forget(now, w.size-1)
		element = w.oldest.PushBack(&remembered{id: id})
		w.entries[id] = element
	}
	w.oldest.MoveToBack(element)
	entry := entryOf(element)
	entry.until = now.Add(keep)
	return entry
}

// forget drops what has expired, and the oldest beyond size. What is held moves to the back: there is no more of it than
// deliveries under way.
func (w *MemoryWindow) forget(now time.Time, size int) {
	for range w.oldest.Len() {
		element := w.oldest.Front()
		entry := entryOf(element)
		switch {
		case w.oldest.Len() <= size && now.Before(entry.until):
			return
		case entry.owner != "":
			w.oldest.MoveToBack(element)
		default:
			delete(w.entries, entry.id)
			w.oldest.Remove(element)
		}
	}
}

func entryOf(element *list.Element) *remembered {
	entry, _ := element.Value.(*remembered)
	return entry
}
