// Package media uploads pictures, videos and subtitles to X and describes them.
//
// Upload takes a source to a usable media id in one call: it finds out the type, sends the bytes in segments, several
// at once, and waits until X has processed them. Memory does not grow with the file, since each segment is read from
// the source while it is sent, and read again where it is sent again. WithCheckpoint makes an upload survive the
// process. Metadata, subtitles, lookup and analytics take what Upload returns.
//
// A Client works on API, the few operations that it calls, which *xapi.Client has. Of the generated package only what
// is named after operations is named here, and what goes over the wire are types of this package: names of schemas
// change from one publication of the spec to the next, those of operations and of fields in JSON do not.
//
// # Links and servers
//
// An upload begins with two small segments in flight, and goes on with as many and as large ones as the link has shown to
// carry within a few seconds each: eight of 4 MiB where it is fast, one of some KiB where it is slow or keeps breaking.
// All uploads of a Client share that, so that many at once are no more of a load than one; the first come are first
// served. A segment that fails is sent again after a pause, in smaller pieces where it has become too large for the link.
// An upload is given up where minutes have come to nothing, not where bytes still move.
//
// Segments that the server finds too large (413, 431) are cut smaller; a server that takes no multipart gets base64 in
// JSON; one that objects to segments out of order gets them one after the other. Such lessons hold for ten minutes. A rate
// limit window of 15 minutes is waited for, as far as the deadline of the context allows. Every other call is repeated by
// the API underneath where it failed for a passing reason.
//
// # Errors
//
// Input that cannot work is an *InputError, before anything is sent. Once there is a media id, a failure is an
// *UploadError that carries what Resume needs. X giving up on the file is a *ProcessingError. Each wraps its cause,
// *xapi.Error for an answer of the server.
package media
