package streaming

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// framed returns the lines of a source, what was left at its end, and its last error. Lines that are too long come as
// their quotes, with an exclamation mark.
func framed(source io.Reader, most int) (lines []string, rest string, err error) {
	for f := newFramer(source, most); ; {
		line, err := f.next()
		var long *TooLongError
		switch {
		case errors.As(err, &long):
			lines = append(lines, string(line)+"!")
		case err != nil:
			return lines, string(line), err
		default:
			lines = append(lines, string(line))
		}
	}
}

func TestLinesAreFoundHoweverTheyArrive(t *testing.T) {
	for name, test := range map[string]struct {
		text, rest string
		lines      []string
	}{
		"nothing":                      {"", "", nil},
		"either end of line":           {"a\r\nb\nc\r\n", "", []string{"a", "b", "c"}},
		"heartbeats":                   {"\r\n\n  \r\na\n", "", []string{"", "", "", "a"}},
		"half a line":                  {"a\nhalf", "half", []string{"a"}},
		"a carriage return of its own": {"a\rb\r\n", "", []string{"a\rb"}},
		"as long as may be":            {"12345678\r\n1", "1", []string{"12345678"}},
		"too long":                     {"123456789\nb\n", "", []string{"123456789!", "b"}},
		"much too long":                {strings.Repeat("x", 300_000) + "\r\nb\n", "", []string{strings.Repeat("x", maxQuote) + "!", "b"}},
		"too long, and cut":            {"b\n" + strings.Repeat("x", 300_000), strings.Repeat("x", maxQuote), []string{"b"}},
	} {
		t.Run(name, func(t *testing.T) {
			for how, source := range map[string]io.Reader{
				"at once": strings.NewReader(test.text), "byte by byte": iotest.OneByteReader(strings.NewReader(test.text)),
				"with the end": iotest.DataErrReader(strings.NewReader(test.text)), "in halves": iotest.HalfReader(strings.NewReader(test.text)),
			} {
				lines, rest, err := framed(source, 8)
				require.ErrorIs(t, err, io.EOF, how)
				require.Equal(t, test.lines, lines, how)
				require.Equal(t, test.rest, rest, how)
			}
		})
	}
}

func TestALineThatIsTooLongSaysHowLongItIs(t *testing.T) {
	_, err := newFramer(strings.NewReader(strings.Repeat("x", 300_000)+"\r\n"), 8).next()
	var long *TooLongError
	require.ErrorAs(t, err, &long)
	require.Equal(t, 300_001, long.Length)
	require.Equal(t, 8, long.Most)
	require.ErrorContains(t, err, "raise the bound")
}

func TestALongLineDoesNotHoldItsRoom(t *testing.T) {
	f := newFramer(iotest.HalfReader(strings.NewReader(strings.Repeat("x", 1<<20)+"\n"+strings.Repeat("y\n", 100_000))), 2<<20)
	line, err := f.next()
	require.NoError(t, err)
	require.Len(t, line, 1<<20)
	for err == nil {
		_, err = f.next()
	}
	require.Len(t, f.buffer, firstBuffer)
}

// FuzzFramer holds the lines against those that splitting the whole text gives, however it arrives.
func FuzzFramer(f *testing.F) {
	f.Add([]byte("a\r\n\r\nb\nc"), uint8(3), uint8(1))
	f.Add([]byte("{\"data\":{}}\r\n  \n\x00\xff\n"), uint8(200), uint8(7))
	f.Fuzz(func(t *testing.T, text []byte, most, piece uint8) {
		var want []string
		parts := strings.Split(string(text), "\n")
		for _, part := range parts[:len(parts)-1] {
			line := strings.TrimSpace(part)
			if len(strings.TrimSuffix(part, "\r")) > int(most) {
				line += "!"
			}
			want = append(want, line)
		}
		lines, rest, err := framed(&pieces{text: text, most: int(piece) + 1}, int(most))
		require.ErrorIs(t, err, io.EOF)
		require.Equal(t, want, lines)
		require.Equal(t, strings.TrimSpace(parts[len(parts)-1]), rest)
	})
}

// pieces is read in pieces.
type pieces struct {
	text []byte
	most int
}

func (p *pieces) Read(into []byte) (int, error) {
	if len(p.text) == 0 {
		return 0, io.EOF
	}
	n := copy(into, p.text[:min(p.most, len(p.text))])
	p.text = p.text[n:]
	return n, nil
}
