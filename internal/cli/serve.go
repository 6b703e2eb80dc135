package cli

import (
	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/host"
)

// newServe is the hidden verb by which the host starts a built-in variant as a
// plugin process. The plugin side refuses to serve outside go-plugin's
// handshake, so nobody gets stuck in it by hand.
func newServe(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:    host.ServeVerb + " VARIANT",
		Short:  "Serve a built-in variant to a host",
		Hidden: true,
		Args:   exactly("a variant"),
		RunE:   func(cmd *cobra.Command, args []string) error { return f.Serve(args[0]) },
	}
}
