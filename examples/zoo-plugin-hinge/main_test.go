package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ganzoo/ganzoo/zoo/zootest"
)

// TestContract builds the plugin as its author would and runs the suite of the
// contract on its process.
func TestContract(t *testing.T) {
	zootest.Run(t, zootest.Options{Name: "hinge", Path: build(t, ".", "zoo-plugin-hinge")})
}

// TestRegistered adds the plugin to a zoo and trains it there, by the commands
// of the package comment.
func TestRegistered(t *testing.T) {
	plugin := build(t, ".", "zoo-plugin-hinge")
	zoo := build(t, "../../cmd/zoo", "zoo")
	dir := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(zoo, args...)
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(),
			"HOME="+dir, "XDG_CONFIG_HOME="+filepath.Join(dir, "config"), "XDG_DATA_HOME="+filepath.Join(dir, "share"),
			"XDG_CACHE_HOME="+filepath.Join(dir, "cache"),
			"GANZOO_PLUGINS=", "GANZOO_CACHE=", "ZOO_RUNS=") // what a user has set would come first
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("zoo %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("plugin", "add", plugin)
	if list := run("list"); !strings.Contains(list, "hinge") {
		t.Errorf("the plugin is not in the list:\n%s", list)
	}
	run("train", "hinge", "--data", "ring8", "--steps", "20", "--set", "margin=0.5")
	run("sample", "hinge", "--out", "points.png")
	run("export", "hinge", "hinge.onnx")
	run("plugin", "remove", "hinge")
	if list := run("list"); strings.Contains(list, "hinge") {
		t.Errorf("the plugin is still in the list:\n%s", list)
	}
}

func build(t *testing.T, pkg, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}
