package iostreams

// Palette paints words for one stream; on a pipe, or with NO_COLOR set, it
// leaves them as they are.
type Palette struct{ enabled bool }

// OutPalette paints what goes to Out.
func (s *IO) OutPalette() Palette { return Palette{s.outTTY && !s.noColour} }

// ErrPalette paints what goes to Err.
func (s *IO) ErrPalette() Palette { return Palette{s.errTTY && !s.noColour} }

// Enabled reports whether the palette paints at all.
func (p Palette) Enabled() bool { return p.enabled }

// Bold, Faint, Red, Green and Yellow paint one word or sentence.
func (p Palette) Bold(s string) string   { return p.sgr("1", s) }
func (p Palette) Faint(s string) string  { return p.sgr("2", s) }
func (p Palette) Red(s string) string    { return p.sgr("31", s) }
func (p Palette) Green(s string) string  { return p.sgr("32", s) }
func (p Palette) Yellow(s string) string { return p.sgr("33", s) }

// sgr wraps s in a "select graphic rendition" sequence (ECMA-48) and its end.
func (p Palette) sgr(code, s string) string {
	if !p.enabled || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
