//go:build unix

package fleettest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi/store"
	servers "github.com/xapi-go/xapi-go/xapi/store/internal/server"
)

// Place is an empty store under test, as this process and its workers reach it.
type Place struct {
	Engine  store.Engine
	Address string
	// Part cuts the workers off from it, and Heal ends that; nil where nobody can be cut off.
	Part, Heal func()
	// Lose makes it forget everything, nil where it never does.
	Lose func()
}

// processes is how many share one expired login. trouble is how long they are killed, stopped, or robbed of their store.
func processes() int {
	if servers.Real {
		return 64
	}
	return 8
}

func trouble() time.Duration {
	if servers.Real {
		return 12 * time.Second
	}
	return 2 * time.Second
}

// Run runs the suite at places that open makes.
func Run(t *testing.T, open func(t *testing.T) Place) {
	t.Run("many processes make one refresh", func(t *testing.T) { oneRefresh(t, open(t)) })
	t.Run("processes are killed at random", func(t *testing.T) { killed(t, open(t)) })
	t.Run("holders are stopped beyond their lease", func(t *testing.T) { stopped(t, open(t)) })
	t.Run("processes are parted from the store", func(t *testing.T) { parted(t, open(t)) })
	t.Run("receivers of webhooks are killed at random", func(t *testing.T) { killedReceiver(t, open(t)) })
	t.Run("readers of a stream take it over from each other", func(t *testing.T) { takeovers(t, open(t)) })
	t.Run("the store loses everything", func(t *testing.T) {
		if place := open(t); place.Lose != nil {
			robbed(t, place)
		}
	})
}

// Login is the login at a place, as this process sees it. It knows nothing of what was there before.
func (p Place) Login(t testing.TB, server *Server) *store.Login {
	t.Helper()
	logins, err := store.New(p.Engine).Logins(options(time.Minute))
	require.NoError(t, err)
	return logins.Login(server.Key())
}

// Begin stores a login whose access token has ended.
func (p Place) Begin(t testing.TB, server *Server) {
	t.Helper()
	require.NoError(t, p.Login(t, server).Replace(t.Context(), server.Login()))
}

// Settled waits until every worker has a token, the store the pair that is good, and checks the server's books.
func (p Place) Settled(t testing.TB, server *Server, workers []*Worker) {
	t.Helper()
	p.settled(t, server, workers, func() {})
}

// settled calls mend before each look.
func (p Place) settled(t testing.TB, server *Server, workers []*Worker, mend func()) {
	t.Helper()
	counts := make([]int, len(workers))
	for i, w := range workers {
		counts[i] = w.Count("token")
	}
	require.Eventually(t, func() bool {
		mend()
		for i, w := range workers {
			if w.Count("token") < counts[i]+5 {
				return false
			}
		}
		record, err := p.Login(t, server).Load(t.Context())
		return err == nil && record.Token.Refresh.Reveal() == server.Live()
	}, 30*time.Second, 20*time.Millisecond, "the fleet does not settle:\n%v", last(workers))
	require.Empty(t, server.Again(), "a refresh token that was answered is presented again")
}

// last is what workers printed last, once it is asked for.
type last []*Worker

func (l last) String() string {
	var text strings.Builder
	for _, w := range l {
		fmt.Fprintln(&text, w.Pid(), w.Last())
	}
	return text.String()
}

func start(t testing.TB, server *Server, place Place, silence time.Duration) []*Worker {
	workers := make([]*Worker, 8)
	for i := range workers {
		workers[i] = server.Start(t, place.Address, silence, 0)
	}
	return workers
}

func oneRefresh(t *testing.T, place Place) {
	server := NewServer(t)
	place.Begin(t, server)
	workers := make([]*Worker, processes())
	for i := range workers {
		workers[i] = server.Start(t, place.Address, time.Minute, 1)
	}
	for _, w := range workers {
		require.Equal(t, []string{"token access-2"}, w.Wait())
	}
	require.Equal(t, 1, server.Asked())
}

// killed kills a worker every now and then, and often the very one that is at a refresh. A pair that was answered to one
// that is killed before it could store it is lost to everyone: the user logs in again.
func killed(t *testing.T, place Place) {
	server := NewServer(t)
	server.Life = 2 * time.Second
	place.Begin(t, server)
	const silence = 3 * time.Second // those who are killed do not come back
	workers := start(t, server, place, silence)
	presenters := make(chan int, 1)
	server.Hook(func(_ string, pid int) {
		if rand.IntN(4) == 0 {
			select {
			case presenters <- pid:
			default:
			}
		}
	})
	kills, lost := 0, 0
	again := func(i int) {
		workers[i].Kill()
		kills++
		workers[i] = server.Start(t, place.Address, silence, 0)
	}
	over := time.After(trouble())
	pace := time.NewTicker(50 * time.Millisecond)
	defer pace.Stop()
	relogin := func() {
		for _, w := range workers {
			if strings.HasPrefix(w.Last(), "login required") && server.lostWithItsProcess() {
				lost++
				place.Begin(t, server)
				return
			}
		}
	}
	for going := true; going; {
		select {
		case <-over:
			going = false
		case pid := <-presenters:
			for i, w := range workers {
				if w.Pid() == pid {
					again(i)
				}
			}
		case <-pace.C:
			again(rand.IntN(len(workers)))
			relogin()
		}
	}
	server.Hook(nil)
	place.settled(t, server, workers, relogin)
	t.Logf("%d killed, %d refreshes, %d pairs lost with the process that they were answered to", kills, server.Asked(), lost)
}

// stopped stops those who refresh, before they are answered or after, and any worker at any time, for longer than a lease.
func stopped(t *testing.T, place Place) {
	server := NewServer(t)
	server.Life = 2 * time.Second
	place.Begin(t, server)
	workers := start(t, server, place, time.Minute)
	stops := 0
	for over := time.Now().Add(trouble()); time.Now().Before(over); stops++ {
		halted := make(chan *Worker, 1)
		halt := func(w *Worker) {
			select {
			case halted <- w:
				w.Stop()
			default:
			}
		}
		switch at := stops % 3; at {
		case 0, 1:
			server.Hook(func(when string, pid int) {
				for _, w := range workers {
					if w.Pid() == pid && when == []string{"asked", "answered"}[at] {
						halt(w)
					}
				}
			})
		default:
			<-time.After(rand.N(server.Life))
			halt(workers[rand.IntN(len(workers))])
		}
		w := <-halted
		server.Hook(nil)
		<-time.After(3 * lease)
		w.Continue()
		place.Settled(t, server, workers)
	}
	t.Logf("%d stopped, %d refreshes", stops, server.Asked())
}

// robbed has the store lose everything, while the access token is young and in the middle of a refresh.
func robbed(t *testing.T, place Place) {
	server := NewServer(t)
	server.Life = 5 * time.Second
	place.Begin(t, server)
	workers := start(t, server, place, time.Minute)
	losses := 0
	for over := time.Now().Add(trouble()); time.Now().Before(over); losses++ {
		place.Settled(t, server, workers)
		if losses%2 == 0 {
			<-time.After(rand.N(time.Second))
			place.Lose()
			continue
		}
		robbed, at := make(chan struct{}), []string{"asked", "answered"}[losses/2%2]
		var once sync.Once
		server.Hook(func(when string, _ int) {
			if when == at {
				once.Do(func() { place.Lose(); close(robbed) })
			}
		})
		<-robbed
		server.Hook(nil)
	}
	place.Settled(t, server, workers)
	t.Logf("everything lost %d times, %d refreshes", losses, server.Asked())
}

// parted cuts the fleet off from its store in the middle of a refresh, and at any other time. A token that lives is used
// meanwhile, and a pair that was answered meanwhile is stored afterwards.
func parted(t *testing.T, place Place) {
	if place.Part == nil {
		return
	}
	server := NewServer(t)
	server.Life = 4 * time.Second
	place.Begin(t, server)
	workers := start(t, server, place, time.Minute)
	parts := 0
	for over := time.Now().Add(trouble()); time.Now().Before(over); parts++ {
		place.Settled(t, server, workers)
		switch at := parts % 3; at {
		case 0, 1:
			parted := make(chan struct{})
			var once sync.Once
			server.Hook(func(when string, _ int) {
				if when == []string{"asked", "answered"}[at] {
					once.Do(func() { place.Part(); close(parted) })
				}
			})
			<-parted
			server.Hook(nil)
		default:
			<-time.After(rand.N(server.Life))
			place.Part()
		}
		<-time.After(2 * lease)
		place.Heal()
	}
	place.Settled(t, server, workers)
	t.Logf("parted %d times, %d refreshes", parts, server.Asked())
}

// Failover calls fail in the middle of a refresh, and at any other time. It has the store at the place back as it was,
// except for what nobody was told that it is done.
func Failover(t *testing.T, place Place, fail func()) {
	server := NewServer(t)
	server.Life = 4 * time.Second
	place.Begin(t, server)
	workers := start(t, server, place, time.Minute)
	fails := 0
	for over := time.Now().Add(trouble()); time.Now().Before(over); fails++ {
		place.Settled(t, server, workers)
		at := fails % 3
		if at == 2 {
			<-time.After(rand.N(server.Life))
			fail()
			continue
		}
		asked := make(chan struct{}, 1)
		server.Hook(func(when string, _ int) {
			if when == []string{"asked", "answered"}[at] {
				select {
				case asked <- struct{}{}:
				default:
				}
			}
		})
		<-asked
		server.Hook(nil)
		fail()
	}
	place.Settled(t, server, workers)
	t.Logf("failed %d times, %d refreshes", fails, server.Asked())
}
