package host

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// story is a run's stream of events on its way to events.jsonl and the sink.
type story struct {
	run  *Run
	sink func(*zoo.Event)
	draw func(path string, ev *zoo.Event) error
	file *os.File
	flow throttle

	started bool
	stepped bool   // an event of a step came; supervise resets it
	from    int64  // the step it last started at
	undrawn bool   // the last picture could not be drawn
	notice  string // to be told once it has started; may be empty
	reason  string // of the Done event, "" before it
	message string // of the Done event
}

// openStory opens events.jsonl at its end: a resumed run goes on with its story.
func openStory(run *Run, sink func(*zoo.Event), draw func(string, *zoo.Event) error) (*story, error) {
	f, err := os.OpenFile(run.EventsPath(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fault.Wrap(fault.IO, err, "cannot write the run's events", run.EventsPath(), "choose a folder that you may write to with --runs or ZOO_RUNS")
	}
	if err := mendLastLine(f, run.EventsPath()); err != nil {
		f.Close()
		return nil, err
	}
	if sink == nil {
		sink = func(*zoo.Event) {}
	}
	return &story{run: run, sink: sink, draw: draw, file: f, flow: newThrottle()}, nil
}

// mendLastLine ends the line that a killed host left unfinished, so that the
// next event begins a line of its own. Readers pass over the broken one.
func mendLastLine(f *os.File, path string) error {
	content, err := os.Open(path)
	if err != nil {
		return fault.Wrap(fault.IO, err, "cannot read the run's events", path, fault.ToRead(err))
	}
	defer content.Close()
	var last [1]byte
	if _, err := content.Seek(-1, io.SeekEnd); err != nil {
		return nil // empty
	}
	if _, err := content.Read(last[:]); err != nil || last[0] == '\n' {
		return nil
	}
	return appendTo(f, path, nil)
}

// appendTo appends a line in one write, so that a killed host leaves at most
// one broken line at the end.
func appendTo(f *os.File, path string, line []byte) error {
	if _, err := f.Write(append(line, '\n')); err != nil {
		return fault.Wrap(fault.IO, err, "cannot write the run's events", path, "free some space and resume the run")
	}
	return nil
}

func (s *story) close() { s.file.Close() }

// add takes an event of the plugin. Its error ends the training: the disk
// refuses the event.
func (s *story) add(ev *zoo.Event) error {
	s.stepped = s.stepped || s.started && ev.Step > s.from
	if s.flow.drop(ev, time.Now()) {
		return nil
	}
	if n := s.flow.dropped(); n > 0 {
		if err := s.warn(fmt.Sprintf("the plugin reports too often: %d events were left out", n)); err != nil {
			return err
		}
	}
	s.run.Step = max(s.run.Step, ev.Step)
	switch ev.Type {
	case zoo.Started:
		s.started = true
		// After a restart the run is back at its checkpoint.
		s.run.Step, s.from = ev.Step, ev.Step
		if ev.Config != nil {
			s.run.Config = *ev.Config
		}
		s.run.Codes = ev.Codes
	case zoo.Done:
		s.reason, s.message = ev.Reason, ev.Message
	case zoo.Sampled:
		if err := s.drawSamples(ev); err != nil {
			return err
		}
	}
	if err := s.tell(ev); err != nil {
		return err
	}
	if ev.Type == zoo.Started && s.notice != "" {
		notice := s.notice
		s.notice = ""
		if err := s.warn(notice); err != nil {
			return err
		}
	}
	switch ev.Type {
	case zoo.Started, zoo.Checkpoint:
		return s.run.Save()
	}
	return nil
}

// drawSamples leaves a picture beside the event. A picture that cannot be drawn
// is worth a warning and not the training, the first of several in a row.
func (s *story) drawSamples(ev *zoo.Event) error {
	if s.draw == nil || ev.Samples == nil {
		return nil
	}
	path := filepath.Join(s.run.SamplesDir(), fmt.Sprintf("step-%06d.png", ev.Step))
	if err := s.draw(path, ev); err != nil {
		if s.undrawn {
			return nil
		}
		s.undrawn = true
		return s.warn(fmt.Sprintf("cannot draw the samples of step %d: %v", ev.Step, err))
	}
	s.undrawn, ev.SamplesFile = false, path
	return nil
}

// warn adds an event of the host's own.
func (s *story) warn(message string) error {
	return s.tell(&zoo.Event{Type: zoo.Warning, Step: s.run.Step, Message: message})
}

// tell appends the event to the file and passes it on.
func (s *story) tell(ev *zoo.Event) error {
	ev.Run = s.run.ID
	if ev.Time.IsZero() {
		ev.Time = time.Now().UTC()
	}
	line, err := json.Marshal(ev)
	if err != nil {
		return fault.Wrap(fault.Plugin, err, "the plugin sent an event that cannot be written down", s.run.EventsPath(), "report it to the plugin's author")
	}
	if err := appendTo(s.file, s.run.EventsPath(), line); err != nil {
		return err
	}
	s.sink(ev)
	return nil
}
