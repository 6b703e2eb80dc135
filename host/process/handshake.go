package process

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/go-plugin"

	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// handshake is the first line that a plugin prints:
// core version|contract version|network|address|protocol|certificate.
type handshake struct {
	contract int  // zoo.ProtocolVersion of the plugin
	mtls     bool // it sent a certificate
}

// parseHandshake checks a plugin's first line. go-plugin reads it too; this is
// where the user gets a sentence about what is wrong with it.
func parseHandshake(name, line string) (handshake, error) {
	parts := strings.Split(strings.TrimSpace(line), "|")
	if len(parts) < 5 {
		return handshake{}, fault.New(fault.Plugin,
			fmt.Sprintf("plugin %s printed something else than its handshake: %s", name, quote(line)), "",
			"a plugin must print nothing to stdout before it serves: report it to the plugin's author")
	}
	core, err := strconv.Atoi(parts[0])
	if err != nil || core != plugin.CoreProtocolVersion {
		return handshake{}, fault.New(fault.Plugin,
			fmt.Sprintf("plugin %s speaks version %s of go-plugin's handshake, this zoo speaks %d", name, quote(parts[0]), plugin.CoreProtocolVersion), "",
			"build the plugin with another version of go-plugin")
	}
	contract, err := strconv.Atoi(parts[1])
	if err != nil || contract != zoo.ProtocolVersion {
		mend := "build the plugin against this version of ganzoo"
		if contract > zoo.ProtocolVersion {
			mend = "update zoo, or build the plugin against this version of ganzoo"
		}
		return handshake{}, fault.New(fault.Plugin,
			fmt.Sprintf("plugin %s speaks version %s of the contract, this zoo speaks version %d", name, quote(parts[1]), zoo.ProtocolVersion), "", mend)
	}
	if parts[4] != string(plugin.ProtocolGRPC) {
		return handshake{}, fault.New(fault.Plugin,
			fmt.Sprintf("plugin %s speaks %s, only gRPC is understood", name, quote(parts[4])), "",
			"serve the contract over gRPC")
	}
	// Fifty is go-plugin's own threshold for taking the field as a certificate.
	return handshake{contract: contract, mtls: len(parts) > 5 && len(parts[5]) > 50}, nil
}

// quote shortens and quotes what a plugin printed.
func quote(s string) string {
	const limit = 120
	if r := []rune(s); len(r) > limit {
		s = string(r[:limit]) + "…"
	}
	return strconv.Quote(s)
}
