package hosttest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/ganzoo/ganzoo/zoo"
)

// told is what the host has written down of a training that it follows. A plugin
// that ends at once takes the events with it that are still on their way: a double
// whose death is to come after an event waits for it here.
type told struct {
	path   string
	before int // length of the story of earlier processes
}

func toldOf(runDir string) told {
	t := told{path: filepath.Join(runDir, "events.jsonl")}
	t.before = len(t.read())
	return t
}

func (t told) read() []byte {
	story, _ := os.ReadFile(t.path) // not there before its first event
	return story
}

// await returns when an event of that type and step is written down.
func (t told) await(kind zoo.EventType, step int64) {
	for ; ; time.Sleep(time.Millisecond) {
		for line := range bytes.Lines(t.read()[t.before:]) {
			var ev zoo.Event
			if json.Unmarshal(line, &ev) == nil && ev.Type == kind && ev.Step == step {
				return
			}
		}
	}
}
