// Command zoo trains, samples, measures and exports generative adversarial
// networks. `zoo help` is its manual.
package main

import (
	"os"

	"github.com/ganzoo/ganzoo/internal/cli"
)

func main() { os.Exit(cli.Main()) }
