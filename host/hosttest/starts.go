package hosttest

import (
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/ganzoo/ganzoo/zoo"
)

// The doubles in this file misbehave before or beside the calls.

const forever = time.Hour

// hang never shakes hands.
func hang(string) { time.Sleep(forever) }

// exitAtOnce ends with last words.
func exitAtOnce(string) {
	fmt.Fprintln(os.Stderr, "cannot load libmagic.so")
	os.Exit(3)
}

// printRubbish writes to stdout before the handshake.
func printRubbish(name string) {
	fmt.Println("Welcome to my \x1b[31mplugin\x1b[0m!")
	zoo.Serve(Counter{Name: name})
}

// speakFuture shakes hands in a version of the contract that is not yet.
func speakFuture(string) {
	fmt.Println("1|99|unix|/nowhere|grpc|")
	time.Sleep(forever)
}

// speakNetRPC offers go-plugin's other transport.
func speakNetRPC(string) {
	fmt.Printf("1|%d|unix|/nowhere|netrpc|\n", zoo.ProtocolVersion)
	time.Sleep(forever)
}

// nameNoSocket shakes hands and listens nowhere.
func nameNoSocket(string) {
	fmt.Printf("1|%d|unix|/nowhere|grpc|\n", zoo.ProtocolVersion)
	time.Sleep(forever)
}

// logOddly prints the line that makes go-plugin's log reader panic, a line
// without end, control characters and a fatal level, then serves.
func logOddly(name string) {
	fmt.Fprintln(os.Stderr, `{"@message":3}`)
	fmt.Fprintln(os.Stderr, `{"@level":{},"@timestamp":[]}`)
	fmt.Fprintln(os.Stderr, `{"@level":"fatal","@message":"not yours to end"}`)
	fmt.Fprintln(os.Stderr, "\x1b]0;title\x07")
	os.Stderr.Write(append(make([]byte, 300<<10), '\n'))
	log := zoo.Logger()
	log.Info().Int("answer", 42).Msg("structured")
	zoo.Serve(Counter{Name: name})
}

// servePlain serves as a library without mutual TLS would: it does not know
// the variable with the host's certificate.
func servePlain(name string) {
	os.Unsetenv("PLUGIN_CLIENT_CERT")
	zoo.Serve(Counter{Name: name})
}

// serveWithChild starts a process of its own, which holds the pipes open, and
// logs its number.
func serveWithChild(name string) {
	child := exec.Command("sleep", "1000")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	log := zoo.Logger()
	log.Info().Int("child", child.Process.Pid).Msg("started")
	zoo.Serve(Counter{Name: name})
}
