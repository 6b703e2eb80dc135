package progress

import (
	"fmt"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
	"github.com/ganzoo/ganzoo/internal/text"
)

// Transfer follows the fetching or making of a dataset.
type Transfer struct{ *view }

// NewTransfer returns a bar that appears with the first piece of data.
func NewTransfer(io *iostreams.IO) *Transfer { return &Transfer{newView(io)} }

// Update takes how far it is.
func (t *Transfer) Update(p data.Progress) {
	t.show(status{share: ratio(p.Done, p.Total), left: p.Dataset + " from " + p.Origin, right: amount(p)})
}

func ratio(done, total int64) float64 {
	if total <= 0 {
		return -1
	}
	return min(1, float64(done)/float64(total))
}

// amount writes "3.1 MB of 9.9 MB" or "1,200 of 60,000 images".
func amount(p data.Progress) string {
	if p.Unit == "bytes" {
		return text.Bytes(p.Done) + " of " + text.Bytes(p.Total)
	}
	return fmt.Sprintf("%s of %s %s", text.Count(p.Done), text.Count(p.Total), p.Unit)
}
