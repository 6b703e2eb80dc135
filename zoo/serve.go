package zoo

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/ganzoo/ganzoo/zoo/zoopb"
)

// PluginName is what the contract is called among the services of a go-plugin
// server.
const PluginName = "zoo"

// Handshake is how a host and a plugin know each other. The cookie is no
// secret: it only tells a plugin that a host started it, and not a person.
var Handshake = plugin.HandshakeConfig{
	MagicCookieKey:   "GANZOO_PLUGIN",
	MagicCookieValue: "b5e4c1a2-zoo.v1",
}

// Environment variables that the host sets for its plugins.
const (
	EnvLogLevel = "GANZOO_LOG_LEVEL" // a zerolog level: what the host will show
	EnvHostPID  = "GANZOO_HOST_PID"  // whose end is the plugin's end
)

// Serve answers the host's calls with p until the host is done with this
// process. It is all that a plugin's main function does:
//
//	func main() { zoo.Serve(myVariant{}) }
//
// A panic in a call becomes an error of that call. The process ends when the
// host does, whichever way that ends. When a person starts the program by hand,
// it says what it is and exits with 1.
//
// Standard output belongs to the handshake: nothing may be printed before Serve.
func Serve(p Plugin) {
	if os.Getenv(Handshake.MagicCookieKey) != Handshake.MagicCookieValue {
		fmt.Fprint(os.Stderr, startedByHand(p))
		os.Exit(1)
	}
	// The log writes to the real stderr, which plugin.Serve is about to
	// replace by a pipe of its own.
	log := Logger()
	go endWithHost(log)
	guard := &guard{log: log}
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig:  Handshake,
		VersionedPlugins: Plugins(p),
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options,
				grpc.MaxRecvMsgSize(MaxMessage),
				grpc.MaxSendMsgSize(MaxMessage),
				grpc.UnaryInterceptor(guard.unary),
				grpc.StreamInterceptor(guard.stream),
			)...)
		},
		Logger: hclog.New(&hclog.LoggerOptions{
			Name:       "go-plugin",
			Level:      hclog.Warn,
			Output:     os.Stderr,
			JSONFormat: true,
		}),
	})
	guard.wait(shutdownGrace)
}

// shutdownGrace lets calls that were cancelled by the shutdown leave in order,
// and is shorter than the host's patience.
const shutdownGrace = 1500 * time.Millisecond

// Plugins is the contract in go-plugin's terms, for each protocol version this
// code speaks. A host passes nil.
func Plugins(p Plugin) map[int]plugin.PluginSet {
	return map[int]plugin.PluginSet{
		ProtocolVersion: {PluginName: &grpcPlugin{impl: p}},
	}
}

type grpcPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	impl Plugin
}

func (g *grpcPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	zoopb.RegisterZooServer(s, &server{impl: g.impl, abandoned: func() {
		fmt.Fprintln(os.Stderr, "the training goes on although its host is gone: ending the process")
		os.Exit(1)
	}})
	return nil
}

func (g *grpcPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return NewClient(conn), nil
}

// startedByHand tells a person who ran a plugin what to do with it.
func startedByHand(p Plugin) string {
	name, title := "NAME", "a GAN variant"
	if d, err := p.Describe(context.Background()); err == nil && d != nil {
		name, title = d.Name, d.Title
	}
	path, err := os.Executable()
	if err != nil {
		path = os.Args[0]
	}
	return fmt.Sprintf(`This is a plugin for ganzoo: %s. It is started by zoo, not by hand.

  zoo plugin add %s
  zoo train %s
`, title, path, name)
}
