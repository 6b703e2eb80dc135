package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/zoo"
)

type versionInfo struct {
	Version  string `json:"version"`
	Protocol int    `json:"protocol"` // plugin protocol
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  zoo version --json",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, args []string) error {
			v := versionInfo{f.Version, zoo.ProtocolVersion, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
			if f.JSON {
				return f.IO.JSON(v)
			}
			_, err := fmt.Fprintf(f.IO.Out, "zoo %s (plugin protocol %d, %s, %s)\n", v.Version, v.Protocol, v.Go, v.Platform)
			return err
		},
	}
}

// buildVersion is the module's version, or the commit for a build of a clone.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}
