package gan

import "github.com/ganzoo/ganzoo/zoo"

// Serve answers the contract for a variant until the host ends: the main
// function of a plugin.
func Serve(v *Variant) { zoo.Serve(NewPlugin(v)) }
