package hosttest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ganzoo/ganzoo/zoo"
)

// Honest is the name of the double that keeps to the contract.
const Honest = "honest"

// doubles are the plugins by name; each function is a plugin's main.
var doubles = map[string]func(name string){
	Honest: func(name string) { zoo.Serve(Counter{Name: name}) },

	"hangs":        hang,
	"exits":        exitAtOnce,
	"rubbish":      printRubbish,
	"future":       speakFuture,
	"netrpc":       speakNetRPC,
	"unreachable":  nameNoSocket,
	"odd-log":      logOddly,
	"plain":        servePlain,
	"parent":       serveWithChild,
	"other-name":   func(string) { zoo.Serve(Counter{Name: "wgangp"}) },
	"no-describe":  func(name string) { zoo.Serve(panicking{Counter{Name: name}, true}) },
	"no-check":     func(name string) { zoo.Serve(struct{ zoo.Plugin }{Counter{Name: name}}) },
	"panics":       func(name string) { zoo.Serve(panicking{Counter{Name: name}, false}) },
	"dies-once":    func(name string) { zoo.Serve(dying{Counter{Name: name}, diesOnce}) },
	"dies-on":      func(name string) { zoo.Serve(dying{Counter{Name: name}, diesAfterEachCheckpoint}) },
	"dies-always":  func(name string) { zoo.Serve(dying{Counter{Name: name}, diesAlways}) },
	"stillborn":    func(name string) { zoo.Serve(stillborn{Counter{Name: name}, "never began"}) },
	"too-large":    func(name string) { zoo.Serve(stillborn{Counter{Name: name}, "fatal error: runtime: out of memory"}) },
	"dies-first":   func(name string) { zoo.Serve(diesAtFirst{Counter{Name: name}}) },
	"deaf":         func(name string) { zoo.Serve(deaf{Counter{Name: name}}) },
	"freezes":      func(name string) { zoo.Serve(freezing{Counter{Name: name}}) },
	"floods":       func(name string) { zoo.Serve(flooding{Counter{Name: name}}) },
	"oversized":    func(name string) { zoo.Serve(oversized{Counter{Name: name}}) },
	"no-done":      func(name string) { zoo.Serve(silent{Counter{Name: name}}) },
	"diverges":     func(name string) { zoo.Serve(diverging{Counter{Name: name}}) },
	"always-fails": func(name string) { zoo.Serve(failing{Counter{Name: name}}) },
}

// ServeIfAsked serves a double and ends the process when it was started as a
// plugin, and returns otherwise.
func ServeIfAsked() {
	if os.Getenv(zoo.Handshake.MagicCookieKey) != zoo.Handshake.MagicCookieValue {
		// Under the race detector each process would sleep a second at its end,
		// and a double's race would be no more than a line in its log.
		os.Setenv("GORACE", "atexit_sleep_ms=0 halt_on_error=1")
		return
	}
	name := strings.TrimPrefix(filepath.Base(os.Args[0]), "zoo-plugin-")
	if len(os.Args) > 2 && os.Args[1] == "__serve" {
		name = os.Args[2]
	}
	if name == "honest-as" { // under another name, for scripts
		zoo.Serve(Counter{Name: os.Args[3]})
		os.Exit(0)
	}
	if c, ok := cheats[name]; ok {
		zoo.Serve(Counter{Name: name, cheat: c})
		os.Exit(0)
	}
	if serve, ok := doubles[name]; ok {
		serve(name)
		os.Exit(0)
	}
	os.Exit(127)
}

// Descriptions lists the doubles as built-ins for host.Options.
func Descriptions() []zoo.Description {
	var list []zoo.Description
	for name := range doubles {
		d, _ := Counter{Name: name}.Describe(context.Background())
		list = append(list, *d)
	}
	slices.SortFunc(list, func(a, b zoo.Description) int { return strings.Compare(a.Name, b.Name) })
	return list
}
