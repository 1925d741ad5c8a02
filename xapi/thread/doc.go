// Package thread publishes a chain of posts, of which each replies to the one before.
//
//	story := thread.New(xapi.PostWithMedia("First", picture), xapi.PostDraft{Text: "Second"})
//	if err := story.Publish(ctx, client); err != nil {
//		…
//	}
//
// X has neither a call for a whole thread nor a way to tell a request that was sent twice, so that a thread is not one
// step: posts are made one after the other, and it stops at the first that fails. A Thread holds how far it has come, and
// Publish goes on from there. It never makes a post twice: where an outcome is unknown it refuses to go on until it is
// told what became of that post, by Settle, or by Reconcile, which looks into the author's timeline.
//
// A Thread can be written as JSON and read again. Save has it written before and after each post, so that a program that
// is killed between the two knows of the post that may have been made.
package thread
