package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// TestTableOffsets compares offsets that routines use with the tables' structures.
func TestTableOffsets(t *testing.T) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "../../winograd.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	sizes := types.SizesFor("gc", "amd64")
	// What the rest of the package declares is not known here, and not needed.
	config := types.Config{Sizes: sizes, Error: func(error) {}}
	kernel, _ := config.Check("kernel", files, []*ast.File{file}, nil)
	for structure, want := range map[string]map[string]int64{
		"laneOrder": {
			"previous": lanesPrevious, "next": lanesNext, "pack": lanesPack, "unpack": lanesUnpack,
			"pairs": lanesPairs, "unpairs": lanesUnpairs,
			"hasPrevious": lanesHasPrevious, "hasNext": lanesHasNext, "ofEdge": lanesOfEdge,
		},
		"pixelRows": {"offsets": 0, "masks": pixelMasks},
		"mapRows":   {"offsets": 0, "masks": mapMasks},
	} {
		declared, ok := kernel.Scope().Lookup(structure).Type().Underlying().(*types.Struct)
		if !ok || declared.NumFields() != len(want) {
			t.Fatalf("%s is %v", structure, declared)
		}
		fields := make([]*types.Var, declared.NumFields())
		for i := range fields {
			fields[i] = declared.Field(i)
		}
		for i, offset := range sizes.Offsetsof(fields) {
			if name := fields[i].Name(); offset != want[name] {
				t.Errorf("%s.%s has offset %d, not %d", structure, name, offset, want[name])
			}
		}
	}
}
