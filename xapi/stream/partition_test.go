package stream_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/internal/streamtest"
	"github.com/xapi-go/xapi-go/xapi/stream"
)

func TestPartitionsAreOneStreamAndTroubleOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		attempts := map[string]int{}
		server := streamtest.New(func(a streamtest.Attempt) streamtest.Answer {
			partition := a.Query.Get("partition")
			mu.Lock()
			attempts[partition]++
			n := attempts[partition]
			mu.Unlock()
			switch {
			case partition == "2" && n == 1:
				return refused
			case partition == "3" && n <= 3:
				return streamtest.Refuse(http.StatusServiceUnavailable, "")
			case n > 4:
				return refused
			}
			return streamtest.Stream(func(c *streamtest.Conn) error {
				_ = c.Sleep(time.Minute)
				c.Send(streamtest.Post(partition + "0" + string(rune('0'+n))))
				return nil
			})
		})
		var notices []stream.Notice
		events := stream.New(newClient(t, server).StreamPostsFirehoseEn, nil, stream.WithPartitions(1, 2, 3), stream.WithStall(2*time.Minute),
			stream.WithNotices(func(n stream.Notice) { notices = append(notices, n) }))
		var got []string
		var last error
		for document, err := range events.Documents(t.Context()) {
			if last = err; err == nil {
				require.Equal(t, document.Value.Data.ID[0], byte('0'+document.Partition))
				got = append(got, document.Value.Data.ID)
			}
		}
		slices.Sort(got)
		require.Equal(t, []string{"101", "102", "103", "104", "304"}, got)
		for _, partition := range []string{"1", "2", "3"} {
			require.ErrorContains(t, last, "partition "+partition)
		}
		var ended []int
		for _, notice := range notices {
			if notice.Kind == stream.Ended {
				ended = append(ended, notice.Partition)
			}
		}
		require.ElementsMatch(t, []int{1, 2, 3}, ended)
		require.Equal(t, 2, ended[0])
		server.Wait()
	})
}

func TestAllPartitionsAreThoseOfTheOperation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := streamtest.Script(refused)
		client := newClient(t, server)
		asked := func() (partitions []string) {
			for _, attempt := range server.Attempts() {
				partitions = append(partitions, attempt.Query.Get("partition"))
			}
			server = streamtest.Script(refused)
			client = newClient(t, server)
			slices.Sort(partitions)
			return partitions
		}
		for range stream.New(client.StreamUsersCompliance, nil, stream.WithAllPartitions()).Documents(t.Context()) {
		}
		require.Equal(t, []string{"1", "2", "3", "4"}, asked())
		for range stream.New(client.StreamPosts, nil, stream.WithAllPartitions()).Documents(t.Context()) {
		}
		require.Equal(t, []string{""}, asked(), "it has none")
		for range stream.New(client.StreamPostsSample10, &xapi.StreamPostsSample10Params{Partition: 2}).Documents(t.Context()) {
		}
		require.Equal(t, []string{"2"}, asked(), "the parameter's")
	})
}

func TestPartitionsThatThereAreNotAreRefused(t *testing.T) {
	server := streamtest.Script(refused)
	client := newClient(t, server)
	for _, partitions := range [][]int{{0}, {9}, {1, 1}} {
		for _, err := range stream.New(client.StreamPostsFirehoseEn, nil, stream.WithPartitions(partitions...)).Documents(t.Context()) {
			require.ErrorContains(t, err, "it has 8 partitions")
		}
	}
	require.Empty(t, server.Attempts())
}
