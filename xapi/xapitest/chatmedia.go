package xapitest

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/xapi-go/xapi-go/xapi/xapitest/internal/world"
)

// maxChatMedia bounds what the sandbox keeps of one encrypted medium: unlike uploads, they are held in memory.
const maxChatMedia = 16 << 20

func (v *view) initializeChatMedia() answer {
	var body struct {
		Conversation string `json:"conversation_id"`
	}
	_ = v.c.decode(&body)
	id, hash := v.w.NewID(v.c.now), v.w.NewID(v.c.now)
	v.w.AddDoc("chat_media", id, object{"conversation_id": body.Conversation, "media_hash_key": hash, "_parts": map[int][]byte{}})
	return v.ok(http.StatusOK, object{"conversation_id": body.Conversation, "media_hash_key": hash, "session_id": id})
}

func (s *Server) appendChatMedia(c *call) answer {
	index, blob, err := c.chatSegment()
	if err != nil {
		return s.invalid(err.Error(), nil)
	}
	return inWorld(func(v *view) answer {
		d := v.w.Doc("chat_media", c.params["id"])
		if d == nil {
			return s.noUpload("id", c.params["id"])
		}
		parts, _ := d.Fields["_parts"].(map[int][]byte)
		held := len(blob)
		for i, part := range parts {
			if i != index {
				held += len(part)
			}
		}
		if held > maxChatMedia {
			return answer{status: http.StatusRequestEntityTooLarge, hint: "the sandbox keeps 16 MiB of a medium of chat"}
		}
		parts[index] = blob
		return v.ok(http.StatusOK, object{"expires_at": c.now.Add(initializedFor).Unix()})
	})(s, c)
}

// chatSegment reads a segment of either content type.
func (c *call) chatSegment() (index int, blob []byte, err error) {
	if c.contentType() != multipartForm {
		var body struct {
			Media string `json:"media"`
			Index any    `json:"segment_index"`
		}
		if c.decode(&body) != nil {
			return 0, nil, errNoObject
		}
		if blob, err = base64.StdEncoding.DecodeString(body.Media); err != nil {
			return 0, nil, errNoMedia
		}
		index, err = parseIndex(said(body.Index))
		return index, blob, err
	}
	parts, done := c.parts()
	defer done()
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return index, blob, nil
		}
		if err != nil {
			return 0, nil, err
		}
		raw, err := io.ReadAll(io.LimitReader(part, maxChatMedia))
		if err != nil {
			return 0, nil, err
		}
		switch part.FormName() {
		case "segment_index":
			if index, err = parseIndex(string(raw)); err != nil {
				return 0, nil, err
			}
		case "media":
			blob = raw
		}
	}
}

// said returns a JSON value that is a number or its digits.
func said(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case interface{ String() string }:
		return value.String()
	}
	return ""
}

func (v *view) finalizeChatMedia() answer {
	d := v.w.Doc("chat_media", v.c.params["id"])
	if d == nil {
		return v.s.noUpload("id", v.c.params["id"])
	}
	return v.ok(http.StatusOK, object{"success": true})
}

// downloadChatMedia answers with the bytes as they came.
func (v *view) downloadChatMedia() answer {
	for _, d := range v.w.All("chat_media") {
		if d.Text("media_hash_key") != v.c.params["media_hash_key"] {
			continue
		}
		parts, _ := d.Fields["_parts"].(map[int][]byte)
		blob := []byte{}
		for i := range len(parts) {
			blob = append(blob, parts[i]...)
		}
		return answer{status: http.StatusOK, contentType: "application/octet-stream", body: blob}
	}
	return answer{status: http.StatusNotFound, edge: true, hint: "there is no media of that hash key"}
}

// keyFields are the fields of a public key that answers show.
var keyFields = []string{"public_key", "signing_public_key", "identity_public_key_signature"}

func (v *view) key(d *world.Doc) object {
	shown := object{"public_key_version": d.Text("public_key_version")}
	for _, name := range keyFields {
		if d.Fields[name] != nil && v.asks("public_key.fields", name, true) {
			shown[name] = d.Fields[name]
		}
	}
	return shown
}

func (v *view) publicKeys() answer {
	var data []object
	for _, d := range newestFirst(v.w.All("keys")) {
		if d.Text("_owner") == v.c.params["id"] {
			data = append(data, v.key(d))
		}
	}
	if data == nil {
		return v.answer(nil, object{"result_count": 0})
	}
	return v.answer(data, object{"result_count": len(data)})
}

// publicKeysOf answers with the newest key of the first of the users that has one.
func (v *view) publicKeysOf() answer {
	ids := v.c.list("ids")
	for _, d := range newestFirst(v.w.All("keys")) {
		if slices.Contains(ids, d.Text("_owner")) {
			return v.answer(v.key(d), nil)
		}
	}
	return v.answer(nil, nil)
}

func (v *view) addPublicKey() answer {
	me, refused := v.self("id")
	if refused != nil {
		return *refused
	}
	var body struct {
		Key      map[string]any `json:"public_key"`
		Version  string         `json:"version"`
		Generate bool           `json:"generate_version"`
	}
	_ = v.c.decode(&body)
	if body.Generate || body.Version == "" {
		body.Version = strconv.FormatInt(v.c.now.UnixMilli(), 10)
	}
	fields := object{"_owner": me.ID, "public_key_version": body.Version}
	for _, name := range keyFields {
		if value, ok := body.Key[name]; ok {
			fields[name] = value
		}
	}
	return v.ok(http.StatusOK, v.key(v.w.AddDoc("keys", me.ID+" "+body.Version, fields)))
}
