package xapitest

import (
	"image"
	_ "image/gif"  // what is uploaded
	_ "image/jpeg" // what is uploaded
	_ "image/png"  // what is uploaded
	"io"
)

// What the sandbox says of the size of videos, and of pictures that it cannot read.
const (
	madeUpWidth  = 1280
	madeUpHeight = 720
)

// maxHead bounds how much of a picture is read for its size.
const maxHead = 1 << 20

// dimensions returns the width and the height of a picture.
func dimensions(content io.Reader) (width, height int) {
	found, _, err := image.DecodeConfig(io.LimitReader(content, maxHead))
	if err != nil {
		return madeUpWidth, madeUpHeight
	}
	return found.Width, found.Height
}
