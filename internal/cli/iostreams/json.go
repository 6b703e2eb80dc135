package iostreams

import (
	"encoding/json"
)

// JSON writes v to Out as one JSON value: indented on a terminal, on one line
// in a pipe.
func (s *IO) JSON(v any) error {
	enc := json.NewEncoder(s.Out)
	enc.SetEscapeHTML(false)
	if s.OutIsTTY() {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(v)
}

// JSONLine writes v to Out as one line of a stream of JSON lines, terminal or not.
func (s *IO) JSONLine(v any) error {
	enc := json.NewEncoder(s.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
