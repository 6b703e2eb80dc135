package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fakeOnnxruntime answers the Python calls of a card in onnxruntime's place, which
// Debian does not have for Python: with OpenCV. The calls are what is tested; the
// JavaScript snippet has the real one.
const fakeOnnxruntime = `
import cv2

class InferenceSession:
    def __init__(self, path):
        self.net = cv2.dnn.readNetFromONNX(path)

    def run(self, outputs, inputs):
        assert outputs == ["image"]
        for name, array in inputs.items():
            assert array.dtype == "float32"
            self.net.setInput(array, name)
        return [self.net.forward()]
`

// goProgram makes a program of the card's lines.
const goProgram = `package main

import (
	"fmt"
	"log"

	"github.com/ganzoo/ganzoo/export/onnxrun"
	"github.com/ganzoo/ganzoo/tensor"
)

func main() {
	%s
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(image.Shape)
}
`

var codeBlock = regexp.MustCompile("(?ms)^```(\\w+)\\n(.*?)^```$")

// TestCardSnippetsRun runs every snippet of a model card as it stands, and looks
// at the shape of what comes out.
func TestCardSnippetsRun(t *testing.T) {
	skipUnlessAsked(t)
	zoo := build(t)
	user := newUser(t, t.TempDir())
	for _, variant := range []string{"wgangp", "cgan", "infogan"} {
		t.Run(variant, func(t *testing.T) {
			user.t = t
			user.run(zoo, "train", variant, "--data", "mnist", "--steps", "20", "--batch", "16")
			user.run(zoo, "export", variant, variant+".onnx", "--card")
			blocks := codeBlock.FindAllStringSubmatch(string(read(t, user, variant+".md")), -1)
			if len(blocks) != 4 {
				t.Fatalf("the card has %d snippets, want 4", len(blocks))
			}
			for i, b := range blocks {
				if lines := strings.Count(b[2], "\n"); lines > 9 {
					t.Errorf("snippet %d (%s) has %d lines", i, b[1], lines)
				}
				shape := runSnippet(t, user, b[1], b[2], variant)
				if digits := strings.Join(regexp.MustCompile(`\d+`).FindAllString(shape, -1), " "); digits != "4 1 28 28" {
					t.Errorf("snippet %d (%s) gives the shape %q", i, b[1], shape)
				}
			}
		})
	}
}

// runSnippet runs a snippet of a language and returns the shape that it prints.
func runSnippet(t *testing.T, user *shell, language, code, variant string) string {
	t.Helper()
	put := func(name, content string) string {
		path := filepath.Join(user.dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	switch language {
	case "python":
		put("onnxruntime.py", fakeOnnxruntime)
		return user.run("/usr/bin/python3", put("snippet.py", code+"print(image.shape)\n"))
	case "js":
		link := filepath.Join(user.dir, "node_modules")
		if err := os.Symlink(filepath.Join(root(t), ".ci", "onnx", "node_modules"), link); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
		return user.run("node", put("snippet.mjs", code+"console.log(image.dims);\n"))
	case "go":
		// The module is where the program is run; the model elsewhere.
		code = strings.ReplaceAll(code, `"`+variant+`.onnx"`, fmt.Sprintf("%q", filepath.Join(user.dir, variant+".onnx")))
		at := *user
		at.dir = root(t)
		return at.run("go", "run", put("snippet.go", fmt.Sprintf(goProgram, code)))
	}
	t.Fatalf("a snippet in %s", language)
	return ""
}

// TestCardComesAfterTheModel has a folder where the card's picture is to be: the
// model is there all the same, and no card of another one.
func TestCardComesAfterTheModel(t *testing.T) {
	skipUnlessAsked(t)
	zoo := build(t)
	user := newUser(t, t.TempDir())
	user.run(zoo, "train", "gan", "--data", "ring8", "--steps", "2")
	if err := os.Mkdir(filepath.Join(user.dir, "points.png"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, told, code := user.try(zoo, "export", "gan", "points.onnx", "--card"); code == 0 || !strings.Contains(told, "points.png") {
		t.Errorf("exit code %d: %s", code, told)
	}
	user.run(zoo, "verify", "points.onnx")
	if _, err := os.Stat(filepath.Join(user.dir, "points.md")); err == nil {
		t.Error("a card stands where its picture does not")
	}
}
