// Package text writes figures as people read them.
package text

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"
)

// Count writes a whole number with its thousands parted: 60,000.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, digit := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return sign + b.String()
}

// Plural writes a count and its noun: "1 run", "2 runs".
func Plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// List is "a", "a and b" or "a, b and c".
func List(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Figure writes a measured value with four significant digits, or whole when it
// is, without an exponent between a thousandth and a million.
func Figure(v float64) string {
	a := math.Abs(rounded(v)) // 9.99999 is to be written like 10
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 0):
		return strings.TrimPrefix(fmt.Sprint(v), "+")
	case a < 1e6 && v == math.Trunc(v):
		return Count(int64(v))
	case a < 1e-3 || a >= 1e6:
		return strconv.FormatFloat(v, 'e', 3, 64)
	case a >= 1000:
		return Count(int64(math.Round(v)))
	}
	// Four significant digits need 3−⌊log₁₀ a⌋ decimals.
	decimals := max(0, 3-int(math.Floor(math.Log10(a))))
	return strconv.FormatFloat(v, 'f', min(decimals, 4), 64)
}

// rounded is v to four significant digits.
func rounded(v float64) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 3, 64), 64) // its own text is a number
	return r
}

// Duration writes a span as its two largest units: 340 ms, 4.2 s, 3m 05s, 2h 07m, 3d 4h.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Duration(-d)
	case d == 0:
		return "0 s"
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	s := int64(d.Round(time.Second).Seconds())
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 3600:
		return fmt.Sprintf("%dm %02ds", s/60, s%60)
	case s < 24*3600:
		return fmt.Sprintf("%dh %02dm", s/3600, s%3600/60)
	}
	return fmt.Sprintf("%dd %dh", s/(24*3600), s%(24*3600)/3600)
}

// Seconds is Duration for a count of seconds.
func Seconds(s float64) string { return Duration(time.Duration(s * float64(time.Second))) }

// Ago writes how long before now t was: "just now", "5 min ago", "3 days ago".
func Ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

// Bytes writes a size in decimal units: 11.6 MB.
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n), ""
	for _, unit = range []string{"kB", "MB", "GB", "TB"} {
		v /= 1000
		if v < 999.95 {
			break
		}
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}

// Wrap parts text between words into lines of at most width columns, where its
// words allow it.
func Wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case runewidth.StringWidth(*last)+1+runewidth.StringWidth(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// wordParts are the signs behind which a word that is too long is best parted.
const wordParts = "/=_"

// WrapWithin is Wrap that parts words of more than width columns too, behind a slash
// or such where there is one. Two parts of a word never fit one line, so that no blank
// comes between them.
func WrapWithin(text string, width int) []string {
	var words []string
	for _, word := range strings.Fields(text) {
		for runewidth.StringWidth(word) > width {
			part := runewidth.Truncate(word, width, "")
			if part == "" { // not even one sign fits
				break
			}
			if i := strings.LastIndexAny(part, wordParts); i >= 0 {
				part = part[:i+1]
			}
			words = append(words, part)
			word = word[len(part):]
		}
		words = append(words, word)
	}
	return Wrap(strings.Join(words, " "), width)
}
