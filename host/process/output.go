package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/rs/zerolog"
)

const (
	maxLine  = 64 << 10 // bytes; what is longer is cut into several lines
	maxText  = 2 << 10  // bytes of a line that is not structured
	keptWord = 300      // bytes of a line that may be among the last words
	kept     = 5        // lines
)

// output takes the lines that a plugin prints: to the log, and the last of them
// to be quoted if the plugin dies. go-plugin's own reader of stderr is not
// used: the line {"@message":3} makes it panic.
type output struct {
	log zerolog.Logger

	mu       sync.Mutex
	last     []string // at most kept lines, the newest last
	panicked string   // the first line of a Go panic, which says more than its end
}

// read takes lines from r until its end.
func (o *output) read(r io.Reader) {
	b := bufio.NewReaderSize(r, maxLine)
	for {
		line, err := b.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			o.take(line)
			return
		}
		o.take(line)
	}
}

// Write takes one or more whole lines, as go-plugin hands over what a plugin's
// os.Stdout and os.Stderr carry once it serves.
func (o *output) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		o.take([]byte(line))
	}
	return len(p), nil
}

// take logs one line: a structured one with its level and fields, any other as
// text for debugging.
func (o *output) take(raw []byte) {
	text := printable(string(raw[:min(len(raw), maxText)]))
	if text == "" {
		return
	}
	fatal := strings.HasPrefix(text, "panic: ") || strings.HasPrefix(text, "fatal error: ")
	entry, structured := parseEntry(raw)
	if structured {
		text = entry.message
	}
	o.remember(text, fatal)
	switch {
	case structured:
		entry.log(o.log)
	case fatal:
		o.log.Error().Msg(text)
	default:
		o.log.Debug().Msg(text)
	}
}

func (o *output) remember(text string, fatal bool) {
	if len(text) > keptWord {
		text = strings.ToValidUTF8(text[:keptWord], "") + "…"
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if fatal && o.panicked == "" {
		o.panicked = text
	}
	o.last = append(o.last, text)
	if len(o.last) > kept {
		o.last = slices.Delete(o.last, 0, len(o.last)-kept)
	}
}

// lastWords are the lines to quote after a death, nil when it said nothing.
func (o *output) lastWords() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.panicked != "":
		return errors.New(o.panicked)
	case len(o.last) > 0:
		return errors.New("its last words: " + strings.Join(o.last, " / "))
	}
	return nil
}

// printable drops the end of line and shows control characters as U+FFFD: a
// plugin must not drive the user's terminal.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(strings.TrimRight(line, "\r\n"), "\uFFFD"))
}

// entry is a structured line with go-plugin's field names.
type entry struct {
	level   zerolog.Level
	message string
	fields  map[string]any
}

// parseEntry reads a line of JSON with a level and a message that are strings.
// Whatever else it is, it is text.
func parseEntry(line []byte) (entry, bool) {
	var fields map[string]any
	if json.Unmarshal(line, &fields) != nil {
		return entry{}, false
	}
	message, isText := fields["@message"].(string)
	name, hasLevel := fields["@level"].(string)
	level, err := zerolog.ParseLevel(name)
	if !isText || !hasLevel || err != nil || level == zerolog.NoLevel {
		return entry{}, false
	}
	// Fatal and panic levels would end the host.
	level = min(level, zerolog.ErrorLevel)
	for _, own := range []string{"@message", "@level", "@timestamp"} {
		delete(fields, own)
	}
	return entry{level: level, message: printable(message), fields: fields}, true
}

func (e entry) log(l zerolog.Logger) {
	ev := l.WithLevel(e.level)
	if l.GetLevel() > e.level {
		ev = nil // WithLevel does not look at the logger's level
	}
	for _, k := range slices.Sorted(maps.Keys(e.fields)) {
		if text, ok := e.fields[k].(string); ok {
			ev.Str(printable(k), printable(text))
			continue
		}
		ev.Interface(printable(k), e.fields[k])
	}
	ev.Msg(e.message)
}
