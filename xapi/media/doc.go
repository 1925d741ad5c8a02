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
// # Retries
//
// A call that fails for a passing reason is repeated by the API underneath. This package adds what a single call
// cannot do: a segment that failed nevertheless is sent again after the others; segments that the server finds too
// large (413, 431) are replaced by smaller ones in a fresh upload; a server that takes no multipart gets base64 in
// JSON; one that objects to the order of segments gets them one after the other. What was learned about the server is
// kept by the Client for its next uploads.
//
// # Errors
//
// Input that cannot work is an *InputError, before anything is sent. Once there is a media id, a failure is an
// *UploadError that carries what Resume needs. X giving up on the file is a *ProcessingError. Each wraps its cause,
// *xapi.Error for an answer of the server.
package media
