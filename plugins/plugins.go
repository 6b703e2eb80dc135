// Package plugins lists the variants that the zoo comes with. A variant is a
// folder beside this file and a line in it.
package plugins

import (
	"slices"

	base "github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/plugins/acgan"
	"github.com/ganzoo/ganzoo/plugins/began"
	"github.com/ganzoo/ganzoo/plugins/catgan"
	"github.com/ganzoo/ganzoo/plugins/cgan"
	"github.com/ganzoo/ganzoo/plugins/ctgan"
	"github.com/ganzoo/ganzoo/plugins/dcgan"
	"github.com/ganzoo/ganzoo/plugins/dragan"
	"github.com/ganzoo/ganzoo/plugins/ebgan"
	"github.com/ganzoo/ganzoo/plugins/featmatch"
	"github.com/ganzoo/ganzoo/plugins/fgan"
	"github.com/ganzoo/ganzoo/plugins/gan"
	"github.com/ganzoo/ganzoo/plugins/infogan"
	"github.com/ganzoo/ganzoo/plugins/lossgan"
	"github.com/ganzoo/ganzoo/plugins/lsgan"
	"github.com/ganzoo/ganzoo/plugins/sgan"
	"github.com/ganzoo/ganzoo/plugins/sngan"
	"github.com/ganzoo/ganzoo/plugins/wgan"
	"github.com/ganzoo/ganzoo/plugins/wgangp"
)

// Builtins are the variants in the order that `zoo list` shows them: by year.
var Builtins = []*base.Variant{
	gan.Variant,
	cgan.Variant,
	catgan.Variant,
	dcgan.Variant,
	ebgan.Variant,
	fgan.Variant,
	sgan.Variant,
	featmatch.Variant,
	infogan.Variant,
	acgan.Variant,
	lsgan.Variant,
	began.Variant,
	dragan.Variant,
	lossgan.Variant,
	wgan.Variant,
	wgangp.Variant,
	ctgan.Variant,
	sngan.Variant,
}

// Find returns the built-in of that name, or nil.
func Find(name string) *base.Variant {
	i := slices.IndexFunc(Builtins, func(v *base.Variant) bool { return v.Name == name })
	if i < 0 {
		return nil
	}
	return Builtins[i]
}
