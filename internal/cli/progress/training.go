package progress

import (
	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/zoo"
)

// Training follows the progress events of one training.
type Training struct{ *view }

// NewTraining returns a line that appears with the first event. Until Close,
// what others write to io.Err scrolls by above it.
func NewTraining(io *iostreams.IO) *Training { return &Training{newView(io)} }

// Event takes a progress event; others are not its business.
func (t *Training) Event(e *zoo.Event) {
	if e.Type == zoo.Progress {
		t.show(status{share: share(e), left: "step " + steps(e), right: rest(e)})
	}
}
