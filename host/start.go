package host

import (
	"context"

	"github.com/ganzoo/ganzoo/host/process"
)

// Start starts the process of a variant. A registered plugin's file is hashed
// first and must be the registered one. Close the process when done; ending ctx
// only ends the start. Errors are of kind NotFound, Plugin or Canceled.
func (h *Host) Start(ctx context.Context, name string) (*Process, error) {
	v, err := h.Variant(name)
	if err != nil {
		return nil, err
	}
	return process.Start(ctx, h.spec(v))
}

func (h *Host) spec(v *Variant) process.Spec {
	s := process.Spec{Name: v.Name, Path: v.Path, Hash: v.Hash, MTLS: v.mtls, StartTimeout: h.o.StartTimeout, Log: h.o.Log}
	if v.Builtin {
		// The program's own file is as trusted as the program.
		s.Path, s.Args = h.o.Executable, []string{ServeVerb, v.Name}
	}
	return s
}
