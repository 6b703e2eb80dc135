package didyoumean

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"gan", "lsgan", "wgan", "wgangp", "dragan", "catgan"}
	for _, c := range []struct{ name, want string }{
		{"wgam", "wgan"},
		{"wgan-gp", "wgangp"},
		{"WGANGP", "wgangp"},
		{"wgnagp", "wgangp"}, // a swap is one edit
		{"gna", "gan"},
		{"stylegan", ""},
		{"", ""},
	} {
		if got := Nearest(c.name, names); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSentence(t *testing.T) {
	if got, want := Sentence("wgam", []string{"wgan"}, "`zoo list` shows all"), `did you mean "wgan"? `+"`zoo list` shows all"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := Sentence("resnet", []string{"wgan"}, "`zoo list` shows all"), "`zoo list` shows all"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
