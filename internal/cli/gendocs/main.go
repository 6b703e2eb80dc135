// Command gendocs writes the reference pages of the command into a folder:
// `go generate ./internal/cli`.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/ganzoo/ganzoo/internal/atomicfile"
	"github.com/ganzoo/ganzoo/internal/cli"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: gendocs FOLDER")
	}
	for name, page := range cli.Docs() {
		if err := atomicfile.WriteBytes(filepath.Join(os.Args[1], name), []byte(page)); err != nil {
			log.Fatal(err)
		}
	}
}
