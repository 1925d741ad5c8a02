package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/xapi-go/xapi-go/xapi"
	"github.com/xapi-go/xapi-go/xapi/posttext"
	"github.com/xapi-go/xapi-go/xapi/thread"
)

// threading is what the flags of thread say.
type threading struct {
	connection
	replyTo, settle, budget string
	asJSON, dryRun          bool
}

func newThread(c console) *cobra.Command {
	var t threading
	cmd := &cobra.Command{
		Use:   "thread FILE",
		Short: "Publish a thread, each post in reply to the one before",
		Long: "Publish a thread, each post in reply to the one before. FILE (- for the standard input) is text in which lines of ---\n" +
			"stand between the posts, or JSON: a list of posts as createPosts takes them, with polls and media.\n\n" +
			"How far it has come is kept in FILE.progress until all is published. Called again the command goes on from there, and\n" +
			"posts nothing twice: where it is not known whether a post was made, it looks among your latest posts, and where that\n" +
			"does not tell either it asks for --settle.",
		Example: "  xapi thread announcement.txt --dry-run\n  xapi thread announcement.json --reply-to 1830000000000000000",
		Args:    exactly("a FILE"),
		RunE:    func(cmd *cobra.Command, args []string) error { return t.run(cmd.Context(), c, args[0]) },
	}
	t.serverFlag(cmd)
	t.sandboxFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&t.replyTo, "reply-to", "", "let the first post reply to the post of this `ID`")
	flags.StringVar(&t.settle, "settle", "", "the doubtful post is published under this `ID`, or none: it is not")
	flags.StringVar(&t.budget, "budget", "", "send nothing that may cost more than so many `DOLLARS` in all, like 0.50")
	flags.BoolVar(&t.dryRun, "dry-run", false, "print the posts with how long X takes them to be and what they cost, and send nothing")
	flags.BoolVar(&t.asJSON, "json", false, "print one JSON object")
	return cmd
}

func (t *threading) run(ctx context.Context, c console, file string) error {
	posts, err := readThread(c, file)
	if err != nil {
		return err
	}
	if t.replyTo != "" {
		posts[0].Reply = &xapi.ReplyDraft{InReplyToPostID: t.replyTo}
	}
	if t.dryRun {
		return preview(c, posts)
	}
	work, err := resume(file, posts)
	if err != nil {
		return err
	}
	var options []xapi.CallOption
	if t.budget != "" {
		limit, err := dollars(t.budget)
		if err != nil {
			return err
		}
		options = append(options, xapi.WithBudget(xapi.NewBudget(limit)))
	}
	client, server, err := t.open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	if err := t.settled(ctx, client, work); err != nil {
		return err
	}
	failed := work.Publish(ctx, client, options...)
	if err := t.report(c, work); err != nil {
		return errors.Join(failed, err)
	}
	return advise(file, failed)
}

// settled finds out what became of a doubtful post.
func (t *threading) settled(ctx context.Context, client *xapi.Client, work *thread.Thread) error {
	switch {
	case !work.Doubtful && t.settle != "":
		return usage("--settle: no post of the thread is in doubt")
	case !work.Doubtful:
		return nil
	case t.settle == "none":
		return work.Settle("")
	case t.settle != "":
		return work.Settle(t.settle)
	}
	me, err := client.GetUsersMe(ctx, nil)
	if err != nil {
		return fmt.Errorf("whether post %d is published is not known, and looking who you are failed: %w", len(work.IDs)+1, err)
	}
	found, err := work.Reconcile(ctx, client, me.Data.ID)
	if err != nil {
		return fmt.Errorf("%w: call again with --settle ID, or --settle none if it is none of them", err)
	}
	if !found {
		return fmt.Errorf("post %d may be published, and is not among your latest posts: look in a minute, and call again with --settle ID, or --settle none",
			len(work.IDs)+1)
	}
	return nil
}

// report prints the ids of what is published.
func (t *threading) report(c console, work *thread.Thread) error {
	if t.asJSON {
		return c.json(map[string]any{"ids": work.IDs, "posts": len(work.Posts), "doubtful": work.Doubtful})
	}
	for i, id := range work.IDs {
		if err := c.say("post %d    %s\n", i+1, id); err != nil {
			return err
		}
	}
	return nil
}

// advise says how to go on with a thread that stopped, and forgets one that is done.
func advise(file string, failed error) error {
	if failed == nil {
		return doneWith(file)
	}
	if file == "-" {
		return failed
	}
	return fmt.Errorf("%w; call xapi thread %s again to go on", failed, file)
}

// preview prints the posts without publishing them.
func preview(c console, posts []xapi.PostDraft) error {
	op, _ := xapi.FindOperation(xapi.OpCreatePosts)
	var total xapi.Money
	for i, post := range posts {
		body, err := json.Marshal(post)
		if err != nil {
			return err
		}
		charge := op.Estimate(nil, body, xapi.DefaultPrices())
		total += charge.Amount
		note := ""
		if !posttext.Fits(post.Text) {
			note = "  (too long but for premium accounts)"
		}
		if err := c.say("post %d    %d characters, %s%s: %s\n", i+1, posttext.Length(post.Text), charge.Amount, note, post.Text); err != nil {
			return err
		}
	}
	return c.say("in all    %s, by the prices of %s; nothing was sent\n", total, xapi.PricesDate)
}
