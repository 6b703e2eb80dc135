package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ganzoo/ganzoo/data"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/zoo"
)

func newData(f *Factory) *cobra.Command {
	return newGroup("data", "List, fetch and import datasets",
		`A dataset is resolved once into a cache of plain .npy arrays, each checked by
its SHA-256, that every plugin maps read-only. Any folder of PNG, JPEG or GIF
images is a dataset too: zoo train wgan --data ./faces

Sub-folders are the classes. What is under test is held back for tests, or the
last tenth of each class where there is no such folder. docs/data.md tells where
each dataset comes from.`,
		"  zoo data list\n  zoo data fetch mnist\n  zoo data import ./faces faces --size 32",
		newDataList(f), newDataFetch(f, nil), newDataImport(f, nil))
}

func newDataList(f *Factory) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the datasets, built in and imported",
		Example: "  zoo data list\n  zoo data list --json",
		Args:    exactly(),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := data.List()
			switch {
			case err != nil:
				return err
			case f.JSON:
				return f.IO.JSON(list)
			}
			table := f.IO.Table("NAME", "KIND", "EXAMPLE", ">COUNT", ">CLASSES", "CACHED", "TITLE")
			for _, d := range list {
				classes, cached := "-", "no"
				if d.Classes > 0 {
					classes = text.Count(int64(d.Classes))
				}
				if d.Cached {
					cached = "yes"
				}
				table.Row(d.Name, orDash(string(d.Kind)), orDash(extents(d.Shape)), text.Count(int64(d.Count)), classes, cached, d.Title)
			}
			return table.Print()
		},
	}
}

func orDash(s string) string { return cmp.Or(s, "-") }

// extents writes a shape as 1×28×28.
func extents(shape []int) string {
	parts := make([]string, len(shape))
	for i, n := range shape {
		parts[i] = fmt.Sprint(n)
	}
	return strings.Join(parts, "×")
}

type dataFetchOptions struct {
	f    *Factory
	Data dataOptions
}

func newDataFetch(f *Factory, run func(context.Context, *dataFetchOptions) error) *cobra.Command {
	o := &dataFetchOptions{f: f}
	if run == nil {
		run = func(ctx context.Context, o *dataFetchOptions) error {
			d, err := o.Data.resolve(ctx, o.f)
			if err != nil {
				return err
			}
			return reportData(o.f, d)
		}
	}
	cmd := &cobra.Command{
		Use:     "fetch DATA",
		Short:   "Fetch a dataset into the cache, and verify it",
		Example: "  zoo data fetch mnist\n  zoo data fetch ./faces --size 32 --color",
		Args:    exactly("a dataset"),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return f.completeData(cmd, args, prefix)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Data.Name = args[0]
			if err := o.Data.check(); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	o.Data.imageFlags(cmd)
	return cmd
}

type dataImportOptions struct {
	f      *Factory
	Folder string
	Data   dataOptions // Name is the name to keep it under
}

func newDataImport(f *Factory, run func(context.Context, *dataImportOptions) error) *cobra.Command {
	o := &dataImportOptions{f: f}
	if run == nil {
		run = runDataImport
	}
	cmd := &cobra.Command{
		Use:   "import FOLDER [NAME]",
		Short: "Keep a folder of images, IDX files or CIFAR-10's batches in the cache under a name",
		Long: `Keep a folder of images, of raw or gzipped IDX files named like MNIST's, or of
the batches of CIFAR-10's binary version, in the cache under a name; the
folder's own by default. The archive of the batches may stand in place of their
folder. Under the name mnist or fashion-mnist the files must be the genuine
ones: this is the way to bring them by hand where there is no network.`,
		Example: `  zoo data import ./faces faces --size 32 --color
  zoo data import ~/Downloads/mnist mnist
  zoo data import ~/Downloads/cifar-10-binary.tar.gz cifar10`,
		Args: between(1, "a folder", "a name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Folder = args[0]
			if len(args) > 1 {
				o.Data.Name = args[1]
			} else {
				abs, err := filepath.Abs(o.Folder)
				if err != nil {
					return err
				}
				o.Data.Name = strings.ToLower(filepath.Base(abs))
			}
			if err := o.Data.check(); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	o.Data.imageFlags(cmd)
	return cmd
}

func runDataImport(ctx context.Context, o *dataImportOptions) error {
	resolver, done := o.Data.resolver(o.f)
	d, err := data.Import(ctx, o.Folder, o.Data.Name, resolver)
	done()
	if err != nil {
		return err
	}
	if err := o.Data.checkShape(d); err != nil {
		return err
	}
	if err := reportData(o.f, contractData(d)); err != nil {
		return err
	}
	if !o.f.JSON {
		o.f.advise("train on it with: zoo train wgangp --data %s", d.Name)
	}
	return nil
}

func reportData(f *Factory, d zoo.Dataset) error {
	if f.JSON {
		return f.IO.JSON(d)
	}
	s := describeData(d)
	if d.Classes > 0 {
		s += ", " + text.Plural(int64(d.Classes), "class", "classes")
	}
	_, err := fmt.Fprintf(f.IO.Out, "%s\ncached in %s (%s)\n", s, filepath.Dir(d.TrainX), d.Fingerprint)
	return err
}
