package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/export/rewrite"
	"github.com/ganzoo/ganzoo/export/verify"
	"github.com/ganzoo/ganzoo/internal/npy"
	"github.com/ganzoo/ganzoo/tensor"
)

var update = flag.Bool("update", false, "write the table into docs/onnx-compatibility.md")

// form is a way to export, with how far answers may be from the plugin's.
type form struct {
	name      string
	flags     []string
	tolerance float64 // in units of −1…1, or levels of grey
	refusedBy []string
}

const (
	opencv  = "OpenCV"
	onnxGo  = "onnx-go"
	checker = "checker"
)

// Every variant is written in both profiles. The other forms are of the model and
// not of the variant: one shows them.
var (
	profiles = []form{
		{"wide", nil, 1e-5, nil},
		{"modern", []string{"--profile", "modern"}, 1e-5, nil},
	}
	otherForms = []form{
		{"fp16", []string{"--fp16"}, 0.2, []string{opencv, onnxGo}},
		{"int8", []string{"--int8"}, 2, []string{opencv, onnxGo}},
		{"int8=qdq", []string{"--int8=qdq"}, 2, []string{opencv, onnxGo}},
		{"uint8", []string{"--image", "uint8"}, 1, []string{opencv, onnxGo}},
	}
)

const showsOtherForms = "wgangp"

// question is an exported model with latents and the plugin's samples of them.
type question struct {
	variant string
	form    form
	model   string
	words   []string // the command line of .ci/onnx/run.mjs
	answers map[string]string
}

// columns of the table. The onnx checker answers by its opset.
var columns = []string{checker, "onnxruntime", "onnxruntime-web", opencv, onnxGo, "onnxrun"}

// TestExportsInOtherSoftware trains every variant a little, exports it, and has
// other people's software and our own readers answer for the latents of a sample.
func TestExportsInOtherSoftware(t *testing.T) {
	skipUnlessAsked(t)
	zoo := build(t)
	user := newUser(t, t.TempDir())
	var variants []struct {
		Name   string `json:"name"`
		Labels string `json:"labels"`
	}
	if err := json.Unmarshal([]byte(user.run(zoo, "list", "--json")), &variants); err != nil {
		t.Fatal(err)
	}
	if len(variants) < 6 {
		t.Fatalf("zoo list names %d variants", len(variants))
	}
	var questions []*question
	for _, v := range variants {
		t.Run(v.Name, func(t *testing.T) {
			user.t = t
			user.run(zoo, "train", v.Name, "--data", "mnist", "--steps", "30", "--batch", "16")
			forms := profiles
			if v.Name == showsOtherForms {
				forms = slices.Concat(profiles, otherForms)
			}
			for _, f := range forms {
				q := ask(t, user, zoo, v.Name, f, v.Labels == "required")
				q.hear(user.try("env", append([]string{"TOLERANCE=" + fmt.Sprint(f.tolerance), filepath.Join(root(t), ".ci", "onnx", "check")}, q.scriptWords()...)...))
				q.readers(t, user)
				questions = append(questions, q)
			}
			again := v.Name + ".again.onnx"
			user.run(zoo, "export", v.Name, again)
			if !bytes.Equal(read(t, user, v.Name+".wide.onnx"), read(t, user, again)) {
				t.Error("two exports of one checkpoint differ")
			}
		})
	}
	user.t = t
	inBrowser(t, user, questions)
	for _, q := range questions {
		q.judge(t)
	}
	table := tableOf(questions)
	t.Logf("\n%s", table)
	if *update {
		keepTable(t, table)
	}
}

// ask exports a form of a variant and takes three samples.
func ask(t *testing.T, user *shell, zoo, variant string, f form, labelled bool) *question {
	t.Helper()
	q := &question{variant: variant, form: f, model: fmt.Sprintf("%s.%s.onnx", variant, strings.ReplaceAll(f.name, "=", "-")), answers: map[string]string{}}
	user.run(zoo, slices.Concat([]string{"export", variant, q.model}, f.flags)...)
	samples, latents := variant+".npy", variant+".z.npy"
	args := []string{"sample", variant, "--n", "3", "--out", samples, "--save-latents", latents}
	if labelled {
		args = append(args, "--label", "0-2")
	}
	user.run(zoo, args...)
	if f.name == "uint8" {
		samples = writeLevels(t, user, samples)
	}
	q.words = slices.Concat([]string{q.model, samples, fmt.Sprint(f.tolerance), "1,3"}, inputs(t, user, q.model, latents))
	if labelled {
		q.words = append(q.words, "y="+oneHot(t, user, variant+".y.npy", 0, 1, 2))
	}
	return q
}

// scriptWords are those of .ci/onnx/check: MODEL.onnx expected.npy z=z.npy ….
func (q *question) scriptWords() []string { return slices.Concat(q.words[:2], q.words[4:]) }

// inputs writes a file of the latents for each input that a model has for them,
// z and codes, and returns name=FILE of each.
func inputs(t *testing.T, user *shell, model, latents string) []string {
	t.Helper()
	m, err := onnxrun.Load(widened(t, read(t, user, model)), onnxrun.Options{})
	if err != nil {
		t.Fatal(err)
	}
	g, err := onnxrun.NewGenerator(m)
	if err != nil {
		t.Fatal(err)
	}
	z, err := npy.ReadTensor(filepath.Join(user.dir, latents))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for name, part := range g.Latents.Split(z) {
		file := name + "." + latents
		if err := npy.WriteFile(filepath.Join(user.dir, file), part.Shape, part.Data); err != nil {
			t.Fatal(err)
		}
		words = append(words, name+"="+file)
	}
	slices.Sort(words)
	return words
}

// writeLevels turns samples into what a model of bytes answers, N×H×W×C, and
// returns the name of their file.
func writeLevels(t *testing.T, user *shell, file string) string {
	t.Helper()
	x, err := npy.ReadTensor(filepath.Join(user.dir, file))
	if err != nil {
		t.Fatal(err)
	}
	n, h, w := x.Shape[0], x.Shape[2], x.Shape[3] // one channel: the layouts agree
	for i, v := range x.Data {
		x.Data[i] = float32(math.Floor(float64(min(max((v+1)*127.5+0.5, 0), 255))))
	}
	levels := "levels." + file
	if err := npy.WriteFile(filepath.Join(user.dir, levels), tensor.Shape{n, h, w, 1}, x.Data); err != nil {
		t.Fatal(err)
	}
	return levels
}

// oneHot writes what the input y of a model of digits takes for these labels.
func oneHot(t *testing.T, s *shell, name string, labels ...int) string {
	t.Helper()
	const classes = 10
	y := make([]float32, len(labels)*classes)
	for i, label := range labels {
		y[i*classes+label] = 1
	}
	if err := npy.WriteFile(filepath.Join(s.dir, name), []int{len(labels), classes}, y); err != nil {
		t.Fatal(err)
	}
	return name
}

var (
	answerLine  = regexp.MustCompile(`^(\S+)(?: [\d.]+)?, batch \d: (?:largest difference ([^,\s]+).*|(.*))$`)
	checkerLine = regexp.MustCompile(`^onnx [\d.]+ checker: opset (\d+)`)
)

// hear takes in what .ci/onnx/check and web.mjs print.
func (q *question) hear(stdout, stderr string, code int) {
	for line := range strings.Lines(stdout) {
		line = strings.TrimSpace(line)
		if m := checkerLine.FindStringSubmatch(line); m != nil {
			q.answers[checker] = "opset " + m[1]
		}
		if m := answerLine.FindStringSubmatch(line); m != nil {
			q.answer(m[1], m[2], m[3])
		}
	}
	if code != 0 && len(q.answers) == 0 {
		q.answers[checker] = "nothing: " + stderr
	}
}

// answer keeps the largest difference of the batches, or the reason why there is
// none.
func (q *question) answer(consumer, difference, reason string) {
	before, err := strconv.ParseFloat(q.answers[consumer], 64)
	switch now, _ := strconv.ParseFloat(difference, 64); {
	case reason != "":
		q.answers[consumer] = reason
	case q.answers[consumer] == "" || err == nil && !(now <= before):
		q.answers[consumer] = strconv.FormatFloat(now, 'e', 1, 64)
	}
}

// readers asks onnx-go's path and our runtime.
func (q *question) readers(t *testing.T, user *shell) {
	t.Helper()
	content := read(t, user, q.model)
	want, err := npy.ReadTensor(filepath.Join(user.dir, q.words[1]))
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string]*tensor.Tensor{}
	arrays := map[string]*onnxrun.Array{}
	for _, w := range q.words[4:] {
		name, file, _ := strings.Cut(w, "=")
		x, err := npy.ReadTensor(filepath.Join(user.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		inputs[name], arrays[name] = x, onnxrun.FromTensor(x)
	}
	if m, err := verify.Load(content); err != nil {
		q.answer(onnxGo, "", "does not read this form")
	} else if out, err := m.Run(inputs); err != nil {
		q.answer(onnxGo, "", err.Error())
	} else {
		q.answer(onnxGo, fmt.Sprint(verify.Measure("", out["image"].Data, want.Data).Largest), "")
	}
	if m, err := onnxrun.Load(widened(t, content), onnxrun.Options{}); err != nil {
		q.answer("onnxrun", "", err.Error())
	} else if out, err := m.Run(arrays); err != nil {
		q.answer("onnxrun", "", err.Error())
	} else {
		q.answer("onnxrun", fmt.Sprint(verify.Measure("", out["image"].Tensor().Data, want.Data).Largest), "")
	}
}

// widened is a model with its float16 as float32, as zoo export shows it to our
// runtime.
func widened(t *testing.T, content []byte) []byte {
	t.Helper()
	m, err := rewrite.Parse(content)
	if err == nil {
		content, err = m.Widened().Bytes()
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// inBrowser asks onnxruntime-web for all models at once.
func inBrowser(t *testing.T, user *shell, questions []*question) {
	t.Helper()
	var list [][]string
	for _, q := range questions {
		list = append(list, q.words)
	}
	content, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(user.dir, "questions.json"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, _ := user.try("node", filepath.Join(root(t), ".ci", "onnx", "web.mjs"), "questions.json")
	parts := strings.Split(out, "# ")
	if len(parts) != len(questions)+1 {
		t.Fatalf("onnxruntime-web answered for %d of %d models\n%s%s", len(parts)-1, len(questions), out, errs)
	}
	for i, q := range questions {
		q.hear(parts[i+1], errs, 0)
	}
}

// judge fails where a consumer that should read the form is too far off.
func (q *question) judge(t *testing.T) {
	for _, c := range columns {
		got := q.answers[c]
		if c == checker {
			if got == "" {
				t.Errorf("%s, %s: the onnx checker refuses it", q.variant, q.form.name)
			}
			continue
		}
		refused := slices.Contains(q.form.refusedBy, c)
		difference, err := strconv.ParseFloat(got, 64)
		if err != nil && !refused || err == nil && !(difference <= q.form.tolerance) {
			t.Errorf("%s, %s, %s: %q, at most %g is allowed", q.variant, q.form.name, c, got, q.form.tolerance)
		}
	}
}

// tableOf shows the largest differences; reasons stand below, once each.
func tableOf(questions []*question) string {
	var b strings.Builder
	var reasons []string
	fmt.Fprintf(&b, "| variant | form | %s |\n|---|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	for _, q := range questions {
		fmt.Fprintf(&b, "| %s | %s |", q.variant, q.form.name)
		for _, c := range columns {
			got := q.answers[c]
			if _, err := strconv.ParseFloat(got, 64); err != nil && c != checker {
				reason := fmt.Sprintf("%s, %s: %s", c, q.form.name, got)
				if !slices.Contains(reasons, reason) {
					reasons = append(reasons, reason)
				}
				got = fmt.Sprintf("(%d)", slices.Index(reasons, reason)+1)
			}
			fmt.Fprintf(&b, " %s |", got)
		}
		b.WriteString("\n")
	}
	if len(reasons) > 0 {
		b.WriteString("\n")
	}
	for i, r := range reasons {
		fmt.Fprintf(&b, "%d. %s\n", i+1, r)
	}
	return b.String()
}

// Marks of the part of docs/onnx-compatibility.md that the test writes.
const (
	tableBegins = "<!-- the table: made by go test ./internal/e2e -run OtherSoftware -update -->\n"
	tableEnds   = "<!-- end of the table -->\n"
)

func keepTable(t *testing.T, table string) {
	t.Helper()
	path := filepath.Join(root(t), "docs", "onnx-compatibility.md")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(content), tableBegins)
	_, after, closed := strings.Cut(rest, tableEnds)
	if !ok || !closed {
		t.Fatalf("%s has no marks for the table", path)
	}
	if err := os.WriteFile(path, []byte(before+tableBegins+"\n"+table+"\n"+tableEnds+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
