package plugins

import (
	"fmt"

	base "github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/zoo"
)

// Descriptions describes the built-ins in their order. It builds no graph.
func Descriptions() []zoo.Description {
	list := make([]zoo.Description, len(Builtins))
	for i, v := range Builtins {
		list[i] = v.Description()
	}
	return list
}

// Serve answers the contract for a built-in until the host ends. It returns
// only when there is no such built-in.
func Serve(name string) error {
	v := Find(name)
	if v == nil {
		return fault.New(fault.NotFound, fmt.Sprintf("no built-in variant %q", name), "", "")
	}
	base.Serve(v)
	return nil
}
