package e2e

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
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
	tolerance float64 // in units of −1…1, or levels of grey; of other networks a share of the largest answer
	refusedBy []string
	batches   string // of the questions: anyBatch where the model's is open
}

const anyBatch = "1,3"

const (
	opencv  = "OpenCV"
	onnxGo  = "onnx-go"
	checker = "checker"
)

// Every variant is written in both profiles, and its other networks in the wide
// one. The other forms are of the model and not of the variant: one shows them, and
// models with labels and codes show a batch that is fixed for them too.
var (
	profiles = []form{
		{"wide", nil, 1e-5, nil, anyBatch},
		{"modern", []string{"--profile", "modern"}, 1e-5, nil, anyBatch},
	}
	otherForms = []form{
		{"fp16", []string{"--fp16"}, 0.2, []string{opencv, onnxGo}, anyBatch},
		{"int8", []string{"--int8"}, 2, []string{opencv, onnxGo}, anyBatch},
		{"int8=qdq", []string{"--int8=qdq"}, 2, []string{opencv, onnxGo}, anyBatch},
		{"uint8", []string{"--image", "uint8"}, 1, []string{onnxGo}, anyBatch},
	}
)

var fixedBatch = form{"batch 3", []string{"--batch", "3"}, 1e-5, nil, "3"}

const showsOtherForms = "wgangp"

var showBatches = []string{showsOtherForms, "cgan", "infogan"}

// ofNetwork is how a network beside the generator is written. A plugin cannot be
// asked for its answers: those of onnx-go are taken, which the plugin has compared
// with its own graph.
func ofNetwork(name string) form {
	return form{name, []string{"--network", name}, 1e-5, []string{onnxGo}, anyBatch}
}

const reference = "reference"

// question is an exported model with inputs and the answers wanted.
type question struct {
	variant string
	form    form
	model   string
	inputs  map[string]string // file of each
	wants   map[string]string // file of each output
	unit    float64           // of differences
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
			if slices.Contains(showBatches, v.Name) {
				forms = append(slices.Clone(forms), fixedBatch)
			}
			var asked []*question
			for _, f := range forms {
				asked = append(asked, ask(t, user, zoo, v.Name, f, v.Labels == "required"))
			}
			for _, network := range otherNetworks(t, user, zoo, v.Name) {
				asked = append(asked, askNetwork(t, user, zoo, v.Name, ofNetwork(network)))
			}
			for _, q := range asked {
				settings := []string{"TOLERANCE=" + fmt.Sprint(q.tolerance()), "BATCHES=" + q.form.batches}
				words := append([]string{filepath.Join(root(t), ".ci", "onnx", "check"), q.model, q.expected()}, pairs(q.inputs)...)
				q.hear(user.try("env", append(settings, words...)...))
				q.readers(t, user)
			}
			questions = append(questions, asked...)
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

// newQuestion exports a form of a variant.
func newQuestion(user *shell, zoo, variant string, f form) *question {
	q := &question{
		variant: variant, form: f, model: fmt.Sprintf("%s.%s.onnx", variant, strings.NewReplacer("=", "-", " ", "-").Replace(f.name)),
		inputs: map[string]string{}, wants: map[string]string{}, unit: 1, answers: map[string]string{},
	}
	user.run(zoo, slices.Concat([]string{"export", variant, q.model}, f.flags)...)
	return q
}

// examples is how many samples a question is of.
const examples = 3

// ask exports a form of a generator and takes samples.
func ask(t *testing.T, user *shell, zoo, variant string, f form, labelled bool) *question {
	t.Helper()
	q := newQuestion(user, zoo, variant, f)
	latents := variant + ".z.npy"
	samples := samplesOf(variant)
	args := []string{"sample", variant, "--n", fmt.Sprint(examples), "--out", samples, "--save-latents", latents}
	if labelled {
		args = append(args, "--label", "0-2")
	}
	user.run(zoo, args...)
	if f.name == "uint8" {
		samples = writeLevels(t, user, samples)
	}
	q.wants["image"] = samples
	q.takeLatents(t, user, latents)
	if labelled {
		q.inputs["y"] = oneHot(t, user, variant)
	}
	return q
}

func samplesOf(variant string) string { return variant + ".npy" }

// otherNetworks lists what a variant has beside its generator, which zoo tells
// whoever asks for what it has not.
func otherNetworks(t *testing.T, user *shell, zoo, variant string) []string {
	t.Helper()
	_, told, _ := user.try(zoo, "export", variant, "none.onnx", "--network", "none")
	_, list, ok := strings.Cut(told, "choose from generator, ")
	if !ok {
		t.Fatalf("zoo export names no networks of %s: %s", variant, told)
	}
	return strings.Split(strings.TrimSpace(list), ", ")
}

// askNetwork exports another network than the generator, whose samples it is asked
// about.
func askNetwork(t *testing.T, user *shell, zoo, variant string, f form) *question {
	t.Helper()
	q := newQuestion(user, zoo, variant, f)
	m, err := verify.Load(read(t, user, q.model))
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range m.Inputs() {
		switch in.Name {
		case "x":
			q.inputs["x"] = samplesOf(variant)
		case "y":
			q.inputs["y"] = oneHot(t, user, variant)
		}
	}
	answers, err := m.Run(tensors(t, user, q.inputs))
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range answers {
		q.wants[name] = fmt.Sprintf("%s.%s.npy", q.model, name)
		if err := npy.WriteFile(filepath.Join(user.dir, q.wants[name]), a.Shape, a.Data); err != nil {
			t.Fatal(err)
		}
		for _, v := range a.Data {
			q.unit = max(q.unit, math.Abs(float64(v)))
		}
	}
	q.answers[onnxGo] = reference
	return q
}

// tolerance is the largest difference allowed.
func (q *question) tolerance() float64 { return q.form.tolerance * q.unit }

// expected is the second word of the command lines of .ci/onnx.
func (q *question) expected() string { return strings.Join(pairs(q.wants), ",") }

// words are the command line of .ci/onnx/run.mjs.
func (q *question) words() []string {
	return append([]string{q.model, q.expected(), fmt.Sprint(q.tolerance()), q.form.batches}, pairs(q.inputs)...)
}

// pairs are name=FILE of each, in order.
func pairs(files map[string]string) []string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		words = append(words, name+"="+files[name])
	}
	return words
}

// tensors reads the file of each.
func tensors(t *testing.T, user *shell, files map[string]string) map[string]*tensor.Tensor {
	t.Helper()
	list := map[string]*tensor.Tensor{}
	for name, file := range files {
		x, err := npy.ReadTensor(filepath.Join(user.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		list[name] = x
	}
	return list
}

// takeLatents writes a file of the latents for each input that a model has for
// them, z and codes.
func (q *question) takeLatents(t *testing.T, user *shell, latents string) {
	t.Helper()
	m, err := onnxrun.Load(widened(t, read(t, user, q.model)), onnxrun.Options{})
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
	for name, part := range g.Latents.Split(z) {
		q.inputs[name] = name + "." + latents
		if err := npy.WriteFile(filepath.Join(user.dir, q.inputs[name]), part.Shape, part.Data); err != nil {
			t.Fatal(err)
		}
	}
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

// oneHot writes what the input y of a model of digits takes for 0, 1, 2, and
// returns the name of the file.
func oneHot(t *testing.T, user *shell, variant string) string {
	t.Helper()
	const classes = 10
	y := make([]float32, examples*classes)
	for i := range examples {
		y[i*classes+i] = 1
	}
	name := variant + ".y.npy"
	if err := npy.WriteFile(filepath.Join(user.dir, name), []int{examples, classes}, y); err != nil {
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
	case q.answers[consumer] == "" || err == nil && !(now/q.unit <= before):
		q.answers[consumer] = strconv.FormatFloat(now/q.unit, 'e', 1, 64)
	}
}

// readers asks onnx-go's path and our runtime.
func (q *question) readers(t *testing.T, user *shell) {
	t.Helper()
	content := read(t, user, q.model)
	inputs, wants := tensors(t, user, q.inputs), tensors(t, user, q.wants)
	if m, err := verify.Load(content); q.answers[onnxGo] == reference {
		// It has answered already.
	} else if err != nil {
		q.answer(onnxGo, "", "does not read this form")
	} else if out, err := m.Run(inputs); err != nil {
		q.answer(onnxGo, "", err.Error())
	} else {
		q.compare(onnxGo, out, wants)
	}
	arrays := map[string]*onnxrun.Array{}
	for name, x := range inputs {
		arrays[name] = onnxrun.FromTensor(x)
	}
	m, err := onnxrun.Load(widened(t, content), onnxrun.Options{})
	if err != nil {
		q.answer("onnxrun", "", err.Error())
		return
	}
	out, err := m.Run(arrays)
	if err != nil {
		q.answer("onnxrun", "", err.Error())
		return
	}
	outputs := map[string]*tensor.Tensor{}
	for name, a := range out {
		outputs[name] = a.Tensor()
	}
	q.compare("onnxrun", outputs, wants)
}

// compare takes in the outputs of one of our readers.
func (q *question) compare(consumer string, got, wants map[string]*tensor.Tensor) {
	for name, want := range wants {
		q.answer(consumer, fmt.Sprint(verify.Measure(name, got[name].Data, want.Data).Largest), "")
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
		list = append(list, q.words())
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
			if _, err := strconv.ParseFloat(got, 64); err != nil && c != checker && got != reference {
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
