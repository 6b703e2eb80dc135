package e2e

import (
	"bytes"
	"encoding/json"
	"html"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/internal/npy"
)

// visitor is what a test appends to an exported page: it reads the grid's pixels,
// then does what a person does, and writes down what came of it.
const visitor = `<script>
const told = { pixels: [], acts: {} };
const seen = (id) => $(id).toDataURL();
{
  const context = $('grid').getContext('2d');
  for (let i = 0; i < count(); i++) {
    const { data } = context.getImageData(...place(i), width, height);
    for (let p = 0; p < width * height; p++) told.pixels.push(data[4 * p]);
  }
}
const act = (name, id, does) => {
  const before = seen(id);
  does();
  told.acts[name] = seen(id) !== before;
};
const click = (x, y) => {
  const box = $('grid').getBoundingClientRect();
  $('grid').dispatchEvent(new MouseEvent('click', { clientX: box.left + x * box.width, clientY: box.top + y * box.height, bubbles: true }));
};
const slide = (slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); };
act('choose', 'chosen', () => click(0.9, 0.9));
told.chosen = state.chosen;
act('slider', 'chosen', () => slide($('directions').querySelector('input'), 3));
act('keep', 'walk', () => $('keep-a').click());
act('between', 'chosen', () => slide($('between'), 0.5));
act('variety', 'chosen', () => slide($('spread'), 0.4));
const picker = document.querySelector('#class option') ? $('class') : document.querySelector('#codes select');
if (picker) {
  act('pick', 'grid', () => {
    picker.value = 3;
    picker.dispatchEvent(new Event('change'));
  });
}
act('new', 'chosen', () => $('new').click());
let saved = '';
HTMLAnchorElement.prototype.click = function () { saved = this.download; };
const framed = () => {
  const { data } = $('grid').getContext('2d').getImageData(0, 0, $('grid').width, $('grid').height);
  return data.some((v, i) => i % 4 === 0 && v !== data[i + 1]); // all else is grey
};
$('grid').toBlob = (use) => {
  told.frameSaved = framed();
  use(new Blob([]));
};
URL.revokeObjectURL = () => { told.revoked = true; };
$('save-grid').click();
told.frameShown = framed();
told.saved = saved;
document.body.innerHTML = '<pre id="told">' + JSON.stringify(told) + '</pre>';
</script>`

// TestPageInABrowser exports pages, of a plain variant, one with classes and one
// with codes, and visits them from their files, with no server and no network, in
// headless Chromium.
func TestPageInABrowser(t *testing.T) {
	skipUnlessAsked(t)
	zoo := build(t)
	user := newUser(t, t.TempDir())
	for _, variant := range []string{"wgangp", "cgan", "infogan"} {
		t.Run(variant, func(t *testing.T) {
			user.t = t
			visitPage(t, user, zoo, variant)
		})
	}
}

func visitPage(t *testing.T, user *shell, zoo, variant string) {
	t.Helper()
	user.run(zoo, "train", variant, "--data", "mnist", "--steps", "30", "--batch", "16")
	user.run(zoo, "export", variant, "digits.html")
	user.run(zoo, "sample", variant, "--grid", "8x8", "--out", "samples.npy")
	page := read(t, user, "digits.html")
	if err := os.WriteFile(filepath.Join(user.dir, "visited.html"), append(page, visitor...), 0o600); err != nil {
		t.Fatal(err)
	}
	var told struct {
		Pixels []int           `json:"pixels"`
		Acts   map[string]bool `json:"acts"`
		Chosen int             `json:"chosen"`
		Saved  string          `json:"saved"`

		FrameSaved bool `json:"frameSaved"`
		FrameShown bool `json:"frameShown"`
		Revoked    bool `json:"revoked"`
	}
	if err := json.Unmarshal(visit(t, filepath.Join(user.dir, "visited.html")), &told); err != nil {
		t.Fatal(err)
	}
	want, err := npy.ReadTensor(filepath.Join(user.dir, "samples.npy"))
	if err != nil {
		t.Fatal(err)
	}
	if len(told.Pixels) != len(want.Data) {
		t.Fatalf("%d pixels, want %d", len(told.Pixels), len(want.Data))
	}
	largest := 0
	for i, v := range want.Data {
		level := int(math.Floor(float64(min(max((v+1)*127.5+0.5, 0), 255))))
		largest = max(largest, level-told.Pixels[i], told.Pixels[i]-level)
	}
	t.Logf("a page of %d bytes; largest difference of its pixels from zoo sample's: %d levels of grey", len(page), largest)
	if largest > 1 {
		t.Errorf("pixels differ from zoo sample's by %d levels of grey, at most 1 is allowed", largest)
	}
	for _, name := range []string{"choose", "slider", "keep", "between", "variety", "new", "pick"} {
		if done, tried := told.Acts[name]; !done && (tried || name != "pick" || variant != "wgangp") {
			t.Errorf("%s changed nothing to see", name)
		}
	}
	if told.Chosen != 63 || told.Saved != "digits-grid.png" {
		t.Errorf("chosen %d, want the last of 64; saved %q", told.Chosen, told.Saved)
	}
	if told.FrameSaved || !told.FrameShown {
		t.Errorf("the frame of the chosen picture: saved %v, shown afterwards %v", told.FrameSaved, told.FrameShown)
	}
	if told.Revoked {
		t.Error("the saved picture was taken back at once")
	}
}

var toldPart = regexp.MustCompile(`(?s)<pre id="told">(.*?)</pre>`)

// visit opens a page and returns what its script left in the element told.
func visit(t *testing.T, path string) []byte {
	t.Helper()
	cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(),
		"--enable-logging=stderr", "--dump-dom", "file://"+path)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	m := toldPart.FindSubmatch(out)
	if m == nil {
		t.Fatalf("the page told nothing\n%s", consoleLines(errs.String()))
	}
	return []byte(html.UnescapeString(string(m[1])))
}

// consoleLines are what the page itself has to complain of.
func consoleLines(log string) string {
	var lines []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, "CONSOLE") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
