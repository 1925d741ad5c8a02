package xapitest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/textproto"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// Exchange is one request and its answer: what a recorder writes to a file and Replay plays back.
//
// The file is text in the txtar form: what is known of the exchange's origin first, then the request and the answer as
// they stand in HTTP, without the headers that belong to the connection.
type Exchange struct {
	// Name is that of the file, without its extension.
	Name string
	// Source says where the exchange comes from.
	Source string
	// Method, Path (with its query), Header and Body are the request's.
	Method, Path string
	Header       http.Header
	Body         []byte
	// Status, AnswerHeader and Answer are the answer's.
	Status       int
	AnswerHeader http.Header
	Answer       []byte
}

// Extension of the files that exchanges are kept in.
const exchangeExtension = ".txtar"

// maxExchange bounds the size of such a file.
const maxExchange = 4 << 20

// ReadExchanges reads all exchanges in the directory dir of fsys, in the order of their names.
func ReadExchanges(fsys fs.FS, dir string) ([]Exchange, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*"+exchangeExtension))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var all []Exchange
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		e, err := ParseExchange(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		e.Name = strings.TrimSuffix(path.Base(name), exchangeExtension)
		all = append(all, e)
	}
	return all, nil
}

// ParseExchange reads one exchange.
func ParseExchange(raw []byte) (Exchange, error) {
	if len(raw) > maxExchange {
		return Exchange{}, fmt.Errorf("exchange: more than %d bytes", maxExchange)
	}
	archive := txtar.Parse(raw)
	e := Exchange{Source: strings.TrimSpace(string(archive.Comment))}
	found := map[string]bool{}
	for _, file := range archive.Files {
		var err error
		switch file.Name {
		case "request":
			err = e.parseRequest(file.Data)
		case "answer":
			err = e.parseAnswer(file.Data)
		}
		if err != nil {
			return Exchange{}, fmt.Errorf("exchange: %s: %w", file.Name, err)
		}
		found[file.Name] = true
	}
	if !found["request"] || !found["answer"] {
		return Exchange{}, errors.New("exchange: it needs the sections -- request -- and -- answer --")
	}
	return e, nil
}

func (e *Exchange) parseRequest(raw []byte) error {
	first, header, body, err := parseMessage(raw)
	if err != nil {
		return err
	}
	fields := strings.Fields(first)
	if len(fields) != 2 || !strings.HasPrefix(fields[1], "/") {
		return fmt.Errorf("the first line is %q: it must be a method and a path", first)
	}
	e.Method, e.Path, e.Header, e.Body = fields[0], fields[1], header, body
	return nil
}

func (e *Exchange) parseAnswer(raw []byte) error {
	first, header, body, err := parseMessage(raw)
	if err != nil {
		return err
	}
	number, _, _ := strings.Cut(first, " ")
	status, err := strconv.Atoi(number)
	if err != nil || status < 200 || status > 599 {
		return fmt.Errorf("the first line is %q: it must start with a status from 200 to 599", first)
	}
	e.Status, e.AnswerHeader, e.Answer = status, header, body
	return nil
}

// parseMessage splits a message into its first line, its headers and its body. The line break that ends the section is
// not the body's.
func parseMessage(raw []byte) (string, http.Header, []byte, error) {
	buffered := bufio.NewReader(io.MultiReader(bytes.NewReader(raw), strings.NewReader("\n\n")))
	reader := textproto.NewReader(buffered)
	first, err := reader.ReadLine()
	if err != nil {
		return "", nil, nil, err
	}
	header, err := reader.ReadMIMEHeader()
	if err != nil {
		return "", nil, nil, fmt.Errorf("the headers: %w", err)
	}
	body := new(bytes.Buffer)
	if _, err := buffered.WriteTo(body); err != nil {
		return "", nil, nil, err
	}
	return first, http.Header(header), bytes.TrimRight(body.Bytes(), "\n"), nil
}

// Format returns the exchange as the text that ParseExchange reads.
func (e Exchange) Format() []byte {
	archive := &txtar.Archive{Comment: []byte(e.Source + "\n\n"), Files: []txtar.File{
		{Name: "request", Data: formatMessage(e.Method+" "+e.Path, e.Header, e.Body)},
		{Name: "answer", Data: formatMessage(strings.TrimSpace(strconv.Itoa(e.Status)+" "+http.StatusText(e.Status)), e.AnswerHeader, e.Answer)},
	}}
	return txtar.Format(archive)
}

func formatMessage(first string, header http.Header, body []byte) []byte {
	var b bytes.Buffer
	b.WriteString(first + "\n")
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	b.WriteString("\n")
	b.Write(body)
	return b.Bytes()
}
