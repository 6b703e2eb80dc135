package kernel

import "sync/atomic"

// filterSum is a forward convolution or an input gradient in tiles: for each phase
// of its results and each position C = kernels·tiles, a sum over channels. Parts are
// groups of units.
type filterSum struct {
	tiling
	*filterTables
	geometry Conv

	dst, src   []float32
	rows       int  // of the matrices of kernels: channels of dst
	steps      int  // terms of the sum
	perChannel int  // terms for a channel of src: its phases, 4 forward, else 1
	depth      int  // terms that are computed at a time
	phases     int  // of rows and of columns of dst: 2 in an input gradient, else 1
	phaseApart bool // a part is one phase of rows of a group
	inputGrad  bool

	kernels filterKernels
	spoilt  atomic.Bool // a result is not finite
}

const (
	// groupUnits is how many units are computed together: transformed, they and the
	// results of their positions stay in the second-level cache.
	groupUnits = 4

	// filterDepth is how many terms of a sum are computed at a time.
	filterDepth = 128

	// tiledRows is how many rows of kernels are multiplied with all panels of a group
	// before the next: they are read from memory once.
	tiledRows = 64
)

// filterScratch is what one thread needs.
type filterScratch struct {
	tiles   []float32 // panels of transformed tiles by position and phase of columns
	results []float32 // matrices likewise
	turned  []float32 // transformed tiles on their way to panels
	left    []float32 // panels of tiles of the map
	places  [phasesOfImage * positionsOfTile]int
	taps    [phasesOfImage][4]int
}

var (
	filterSums      freeList[filterSum]
	filterScratches freeList[filterScratch]
)

// grown returns a slice of n elements in the memory of s if it has room.
func grown(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}

// filterForward is ConvForward in tiles. It reports whether the result is finite; else
// it is none.
func (p *Pool) filterForward(g *Conv, y, x, w []float32) bool {
	f := filterSums.get()
	defer filterSums.put(f)
	f.set(g, y, x, g.M, phasesOfImage, g.C, false)
	return f.run(p, w)
}

// filterInputGrad is ConvInputGrad in tiles, with the same report.
func (p *Pool) filterInputGrad(g *Conv, dx, dy, w []float32) bool {
	f := filterSums.get()
	defer filterSums.put(f)
	f.set(g, dx, dy, g.C, 1, g.M, true)
	return f.run(p, w)
}

func (f *filterSum) set(g *Conv, dst, src []float32, rows, perChannel, channels int, inputGrad bool) {
	f.geometry = *g
	f.tiling.set(&f.geometry)
	f.filterTables = f.tables()
	f.dst, f.src, f.inputGrad = dst, src, inputGrad
	f.rows, f.steps, f.perChannel, f.phases = rows, perChannel*channels, perChannel, 1
	f.depth = min(f.steps, filterDepth)
	if inputGrad {
		f.phases = 2
	}
}

func (f *filterSum) run(p *Pool, w []float32) bool {
	f.spoilt.Store(false)
	f.kernels.set(f, w)
	p.Run(f.kernels.parts(), &f.kernels)
	// Rows of two phases share cache lines: they are computed by one thread after each
	// other, unless groups are too few to share out.
	parts := ceil(f.units, groupUnits)
	f.phaseApart = parts < 2*p.Threads()
	if f.phaseApart {
		parts *= f.phases
	}
	p.Run(parts, f)
	f.dst, f.src, f.kernels.w = nil, nil, nil
	return !f.spoilt.Load()
}

// Do computes a part.
func (f *filterSum) Do(part int) {
	if f.phaseApart {
		f.group(part/f.phases, part%f.phases)
		return
	}
	for phase := range f.phases {
		f.group(part, phase)
	}
}

// group computes a group of units in a phase of rows.
func (f *filterSum) group(group, rowPhase int) {
	s := filterScratches.get()
	defer filterScratches.put(s)
	b := filterBlock{filterSum: f, s: s, t: &tileSets[active], rowPhase: rowPhase, unit0: group * groupUnits}
	b.unitCount = min(groupUnits, f.units-b.unit0)
	b.full, b.fewer = b.t.tilePanels(b.unitCount*unitLanes), b.t.tilePanels(b.unitCount*f.edge)
	b.ld = groupUnits*unitLanes + unitLanes // no power of two, which would crowd a few sets of the cache
	count := positionsOfTile * f.phases
	s.tiles = grown(s.tiles, count*b.plane())
	s.results = grown(s.results, count*b.resultPlane())
	for l := 0; l < f.steps; l += f.depth {
		b.transform(l, min(f.depth, f.steps-l))
		b.multiply(l, min(f.depth, f.steps-l))
	}
	b.store()
}

// filterBlock computes one group of units.
type filterBlock struct {
	*filterSum
	s           *filterScratch
	t           *tileSet
	rowPhase    int // of dst
	unit0       int
	unitCount   int
	full, fewer tilePanels // of positions that all lanes use, and of the others
	ld          int        // of results
}

// panels are those of a position.
func (b *filterBlock) panels(position int) tilePanels {
	if ofEdge(position) {
		return b.fewer
	}
	return b.full
}

// plane is the room for the panels of a position and phase. Those of all positions
// are written side by side, so it is no multiple of the cache's ways.
func (b *filterBlock) plane() int { return b.depth*groupUnits*unitLanes + unitLanes }

// resultPlane is the room for their results, likewise.
func (b *filterBlock) resultPlane() int { return b.rows*b.ld + unitLanes }

// transform makes the panels of tiles for k terms from l on.
func (b *filterBlock) transform(l, k int) {
	f, g := b.routines(), &b.geometry
	channel, channels := l/b.perChannel, k/b.perChannel
	plane := g.H * g.W
	if b.inputGrad {
		plane = g.OH * g.OW
	}
	width, widthOfEdge := 0, 0 // for which places are set
	for u := range b.unitCount {
		unit := b.unit0 + u
		kind := b.kind(unit)
		at, edgeAt := u*unitLanes, u*b.edge
		dst, edge := &b.s.tiles[b.full.at(at, k)], &b.s.tiles[b.fewer.at(edgeAt, k)]
		half := b.full.at(at+halfUnit, k) - b.full.at(at, k)
		if width != b.full.widthAt(at) || widthOfEdge != b.fewer.widthAt(edgeAt) {
			width, widthOfEdge = b.full.widthAt(at), b.fewer.widthAt(edgeAt)
			b.setPlaces(width, widthOfEdge)
		}
		src := &b.src[(b.image(unit)*b.steps/b.perChannel+channel)*plane]
		do, rows := f.tilesOfImages, &b.images[0][kind].offsets[0][0][0]
		if b.inputGrad {
			do, rows = f.windowsOfMaps[b.rowPhase], &b.maps[kind].offsets[0][0][0]
		}
		do(dst, edge, src, rows, &b.lanes.previous[0], &b.s.places[0], channels, b.perChannel*width, b.perChannel*widthOfEdge, plane, half)
	}
}

// setPlaces makes the table of where positions and phases go in panels of some width,
// and those of the far edges.
func (b *filterBlock) setPlaces(width, widthOfEdge int) {
	for position := range positionsOfTile {
		row := width
		if ofEdge(position) {
			row = widthOfEdge
		}
		for phase := range b.perChannel * b.phases {
			place := (position*b.phases+phase%b.phases)*b.plane() + phase/b.phases*row
			b.s.places[position*b.perChannel*b.phases+phase] = 4 * place
		}
	}
}

// multiply adds the products of k terms from l on to the results.
func (b *filterBlock) multiply(l, k int) {
	beta := float32(1)
	if l == 0 {
		beta = 0
	}
	for i := 0; i < b.rows; i += tiledRows {
		rows := min(tiledRows, b.rows-i)
		for position := range positionsOfTile {
			p := b.panels(position)
			for phase := range b.phases {
				n := position*b.phases + phase
				left := b.kernels.panels(2*b.rowPhase+phase, position, l, k, i)
				results := b.s.results[n*b.resultPlane()+i*b.ld:]
				for j := 0; j < p.cols; j += p.width {
					right := &b.s.tiles[n*b.plane()+p.at(j, k)]
					tile := b.t.tiles[log2(b.t.height)][p.widthAt(j)/b.t.lanes-1]
					tile(&left[0], right, &results[j], k, rows/b.t.height, b.ld, b.t.lanes, 1, beta, right, 0)
				}
			}
		}
	}
}

// store moves the results to where they belong.
func (b *filterBlock) store() {
	f, g := b.routines(), &b.geometry
	for n := range positionsOfTile * b.phases {
		b.s.places[n] = 4 * n * b.resultPlane()
	}
	plane := g.OH * g.OW
	if b.inputGrad {
		plane = g.H * g.W
	}
	for u := range b.unitCount {
		unit := b.unit0 + u
		kind := b.kind(unit)
		dst := &b.dst[b.image(unit)*b.rows*plane]
		src, edge := &b.s.results[u*unitLanes], &b.s.results[u*b.edge]
		do, rows := f.mapsOfTiles, &b.maps[kind].offsets[0][0][0]
		if b.inputGrad {
			do, rows = f.imagesOfTiles, &b.images[2-b.rowPhase][kind].offsets[0][0][0]
		}
		if do(dst, src, edge, rows, &b.lanes.previous[0], &b.s.places[0], b.rows, plane, b.ld, b.ld) != 0 {
			b.spoilt.Store(true)
		}
	}
}
