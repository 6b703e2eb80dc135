package progress

import (
	"fmt"
	"io"
	"math"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/ganzoo/ganzoo/internal/cli/iostreams"
)

const (
	// plainEvery is the time between two lines where nothing can be drawn over.
	plainEvery = 5 * time.Second
	// patience is how long a thing takes before it is worth a plain line.
	patience = time.Second
	// scale is the resolution of a bar: its total, for the whole.
	scale = 10_000
)

// status is one moment, in words.
type status struct {
	share       float64 // 0…1 of the whole; negative when that is not known
	left, right string  // of the bar
}

// view draws statuses: over each other on a terminal, below each other
// elsewhere.
type view struct {
	io    *iostreams.IO
	now   func() time.Time
	every time.Duration // between plain lines
	next  time.Time     // when the next plain line is due
	bar   *mpb.Bar      // nil before the first status, and for plain lines
	live  *mpb.Progress
	undo  func()     // of the diversion of io.Err
	mu    sync.Mutex // between show and the goroutine that draws
	shown status
}

func newView(io *iostreams.IO) *view { return &view{io: io, now: time.Now, every: plainEvery} }

func (v *view) show(s status) {
	if v.io.ErrFile() == nil {
		v.plain(s)
		return
	}
	v.mu.Lock()
	v.shown = s
	v.mu.Unlock()
	if v.live == nil {
		v.open()
	}
	v.bar.SetCurrent(int64(math.Round(max(0, s.share) * scale)))
}

func (v *view) plain(s status) {
	now := v.now()
	if v.next.IsZero() {
		v.next = now.Add(patience)
	}
	if now.Before(v.next) {
		return
	}
	v.next = now.Add(v.every)
	percent := ""
	if s.share >= 0 {
		percent = fmt.Sprintf(" (%d%%)", int(s.share*100))
	}
	fmt.Fprintf(v.io.Err, "%s%s · %s\n", s.left, percent, s.right)
}

func (v *view) open() {
	v.live = mpb.New(mpb.WithOutput(v.io.ErrFile()), mpb.WithAutoRefresh(), mpb.WithRefreshRate(150*time.Millisecond))
	palette := v.io.ErrPalette()
	style := mpb.BarStyle().Lbound(" ").Filler("━").Tip("━").Padding("─").Rbound(" ").
		FillerMeta(palette.Green).TipMeta(palette.Green).PaddingMeta(palette.Faint)
	word := func(of func(status) string) decor.Decorator {
		return decor.Any(func(decor.Statistics) string {
			v.mu.Lock()
			defer v.mu.Unlock()
			return of(v.shown)
		})
	}
	v.bar = v.live.New(scale, style,
		mpb.BarWidth(24),
		mpb.PrependDecorators(word(func(s status) string { return lineStart + s.left })),
		mpb.AppendDecorators(word(func(s status) string { return s.right })),
	)
	v.undo = v.io.Err.Divert(above{v.live})
}

// Close takes the bar off the terminal. It may be called more than once.
func (v *view) Close() {
	if v.live == nil {
		return
	}
	v.undo()
	v.bar.Abort(true)
	v.live.Wait()
	v.live = nil
	io.WriteString(v.io.ErrFile(), lineStart+clearLine)
}

// The terminal echoes Ctrl-C as two characters. What is drawn next would begin
// after them, unless it begins with a return.
const (
	lineStart = "\r"
	clearLine = "\x1b[K"
)

// above writes over a live line.
type above struct{ live *mpb.Progress }

func (a above) Write(p []byte) (int, error) {
	if _, err := a.live.Write(append([]byte(lineStart+clearLine), p...)); err != nil {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}
