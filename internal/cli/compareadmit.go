package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ganzoo/ganzoo/host"
	"github.com/ganzoo/ganzoo/internal/fault"
	"github.com/ganzoo/ganzoo/internal/text"
	"github.com/ganzoo/ganzoo/internal/versus"
	"github.com/ganzoo/ganzoo/zoo"
)

// variants are those that the plan names. It refuses the plan when there is no such
// variant, or one's description rules the settings out.
func (t *trainer) variants() ([]*host.Variant, error) {
	h, err := t.f.Host()
	if err != nil {
		return nil, err
	}
	variants := make([]*host.Variant, len(t.c.Plan.Variants))
	for i, name := range t.c.Plan.Variants {
		if variants[i], err = h.Variant(name); err != nil {
			return nil, err
		}
	}
	config := zoo.Config{Arch: t.c.Plan.Arch, Labels: t.c.Plan.Labels, Params: t.c.Plan.Params}
	return variants, refusedBy(variants, func(v *host.Variant) error { return checkConfig(v, &config) })
}

// admitData refuses data that some of the variants cannot learn.
func (t *trainer) admitData(variants []*host.Variant, d *zoo.Dataset) error {
	config := zoo.Config{Labels: t.c.Plan.Labels}
	return refusedBy(variants, func(v *host.Variant) error { return checkData(v, &config, d) })
}

// ask starts each variant for a moment to hear whether it would train as the plan
// says: only the variant knows the bounds of its settings, and which go together.
func (t *trainer) ask(ctx context.Context, variants []*host.Variant) error {
	return refusedBy(variants, func(v *host.Variant) error {
		h, err := t.f.Host()
		if err != nil {
			return err
		}
		p, err := h.Start(ctx, v.Name)
		if err != nil {
			return err
		}
		defer p.Close()
		for _, name := range t.c.Plan.Data {
			d := t.datasets[name]
			config := t.config(versus.Cell{Variant: v.Name, Data: name, Seed: t.c.Plan.Seeds[0]})
			if err := p.Check(ctx, &d, &config); err != nil {
				return err
			}
		}
		return nil
	})
}

// refusedBy is the first variant's refusal, naming all that refuse for its reason;
// nil when there is none. Errors that are no refusals end the asking.
func refusedBy(variants []*host.Variant, refuse func(*host.Variant) error) error {
	var first *fault.Error
	var reason string
	var names []string
	for _, v := range variants {
		err := refuse(v)
		if err == nil {
			continue
		}
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Usage && f.Kind != fault.Data {
			return err
		}
		// What a refusal says of its variant, the next one says with its own name.
		impersonal := strings.ReplaceAll(f.What, v.Name, "")
		if first == nil {
			first, reason = f, impersonal
		}
		if impersonal == reason {
			names = append(names, v.Name)
		}
	}
	if first == nil {
		return nil
	}
	told := *first
	switch {
	case len(names) > 1:
		told.What = fmt.Sprintf("%s refuse this: %s", text.List(names), told.What)
	case len(variants) > 1 && told.What == reason:
		told.What = fmt.Sprintf("%s refuses this: %s", names[0], told.What)
	}
	return &told
}
