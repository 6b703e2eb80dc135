package runs

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// Events hands over the run's events in order. A line that a killed host left
// broken is passed over.
func (r *Run) Events(visit func(*zoo.Event)) error {
	f, err := os.Open(r.EventsPath())
	if err != nil {
		return r.noEvents(err)
	}
	defer f.Close()
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadBytes('\n')
		ev := &zoo.Event{}
		if json.Unmarshal(line, ev) == nil {
			visit(ev)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return r.noEvents(err)
		}
	}
}

func (r *Run) noEvents(err error) error {
	return fault.Wrap(fault.IO, err, "cannot read the run's events", r.EventsPath(), "put the file back from a copy, or train anew")
}
