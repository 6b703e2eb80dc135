package kernel

import "sync/atomic"

// filterWeightGrad is a weight gradient in tiles: for each position C = tiles of dy ·
// tiles of x, a sum over the batch's tiles. Parts are groups of channels of x.
type filterWeightGrad struct {
	tiling
	*filterTables
	geometry  Conv
	dw, x, dy []float32
	channels  int         // of x in a part
	spoilt    atomic.Bool // a result is not finite
}

const (
	// summedUnits is how many units are transformed at once.
	summedUnits = 8

	// columnsOfGroup are the columns of C that 16 channels of x have, one for each of
	// their phases: a vector for every phase.
	columnsOfGroup = phasesOfImage * unitLanes

	// turnedSteps is the distance of rows of transformed tiles on their way to panels,
	// no power of two, which would crowd a few sets of the cache.
	turnedSteps = summedUnits*unitLanes + unitLanes

	// turnedPlane is the room for them at a position. Those of all positions are
	// written side by side, so it is no multiple of the cache's ways.
	turnedPlane = columnsOfGroup*turnedSteps + unitLanes
)

var filterWeightGrads freeList[filterWeightGrad]

// filterWeightGrad is ConvWeightGrad in tiles. It reports whether the result is finite;
// else it is none.
func (p *Pool) filterWeightGrad(g *Conv, dw, x, dy []float32) bool {
	f := filterWeightGrads.get()
	defer filterWeightGrads.put(f)
	f.geometry = *g
	f.tiling.set(&f.geometry)
	f.filterTables = f.tables()
	f.dw, f.x, f.dy = dw, x, dy
	f.channels = ceil(g.C/unitLanes, p.Threads()) * unitLanes
	f.spoilt.Store(false)
	p.Run(ceil(g.C, f.channels), f)
	f.dw, f.x, f.dy = nil, nil, nil
	return !f.spoilt.Load()
}

// Do computes dw for some channels of x.
func (f *filterWeightGrad) Do(part int) {
	s := filterScratches.get()
	defer filterScratches.put(s)
	g := &f.geometry
	b := summedBlock{filterWeightGrad: f, s: s, t: &tileSets[active], first: part * f.channels}
	channels := min(f.channels, g.C-b.first)
	b.ld = phasesOfImage*channels + unitLanes // no power of two, see turnedSteps
	const longest = positionsOfTile * summedUnits * unitLanes
	s.turned = grown(s.turned, positionsOfTile*turnedPlane)
	s.left = grown(s.left, longest*g.M)
	s.tiles = grown(s.tiles, longest*columnsOfGroup)
	s.results = grown(s.results, positionsOfTile*b.resultPlane())
	for unit := 0; unit < f.units; unit += summedUnits {
		// A multiple of four, so that transposed squares are full.
		b.unit0, b.unitCount = unit, min(summedUnits, ceil(f.units-unit, 4)*4)
		b.packLeft()
		for c := 0; c < channels; c += unitLanes {
			b.packRight(c)
			b.multiply(c)
		}
	}
	for i := range s.places {
		position, phase := i/phasesOfImage, i%phasesOfImage
		s.places[i] = 4 * (position*b.resultPlane() + phase*unitLanes)
	}
	for m := range g.M {
		dw, results := &f.dw[(m*g.C+b.first)*kernelArea], &s.results[m*b.ld]
		if b.t.filter.kernelsOfTiles(dw, results, &s.places[0], channels/unitLanes, kernelArea*unitLanes, columnsOfGroup) != 0 {
			f.spoilt.Store(true)
		}
	}
}

// summedBlock computes some channels.
type summedBlock struct {
	*filterWeightGrad
	s                *filterScratch
	t                *tileSet
	first            int // channel of x
	ld               int // of results
	unit0, unitCount int
}

// steps is how many terms of the sum a position has in a number of units.
func (b *summedBlock) steps(position, units int) int { return units * b.lanesAt(position) }

// packLeft transforms all channels of dy, 16 at a time.
func (b *summedBlock) packLeft() {
	g, s := &b.geometry, b.s
	height := b.t.height
	for i := range positionsOfTile {
		s.places[i] = 4 * i * turnedPlane
	}
	plane := g.OH * g.OW
	for m := 0; m < g.M; m += unitLanes {
		for u := range b.unitCount {
			unit := b.unit0 + u
			src := &b.dy[(min(b.image(unit), g.N-1)*g.M+m)*plane]
			b.routines().tilesOfMaps(&s.turned[u*unitLanes], &s.turned[u*b.edge], src, &b.maps[b.kind(unit)].offsets[0][0][0],
				&b.lanes.previous[0], &s.places[0], unitLanes, turnedSteps, turnedSteps, plane, halfUnit)
		}
		for position := range positionsOfTile {
			k := b.steps(position, b.unitCount)
			for i := 0; i < unitLanes; i += height {
				b.t.packHeight(&s.left[b.leftPlane(position)+(m+i)*k], &s.turned[position*turnedPlane+i*turnedSteps], k/height, turnedSteps, height)
			}
		}
	}
}

// resultPlane is the room for the results of a position, no multiple of the cache's
// ways either.
func (b *summedBlock) resultPlane() int { return b.geometry.M*b.ld + unitLanes }

// leftPlane is where a position's panels of dy begin.
func (b *summedBlock) leftPlane(position int) int {
	return position * b.geometry.M * summedUnits * unitLanes
}

// rightPlane is where a position's panels of x begin.
func (b *summedBlock) rightPlane(position int) int {
	return position * columnsOfGroup * summedUnits * unitLanes
}

// packRight transforms 16 channels of x from the part's channel c on.
func (b *summedBlock) packRight(c int) {
	g, s := &b.geometry, b.s
	for i := range s.places {
		position, phase := i/phasesOfImage, i%phasesOfImage
		s.places[i] = 4 * (position*turnedPlane + phase*unitLanes*turnedSteps)
	}
	plane := g.H * g.W
	for u := range b.unitCount {
		unit := b.unit0 + u
		src := &b.x[(min(b.image(unit), g.N-1)*g.C+b.first+c)*plane]
		b.routines().tilesOfImages(&s.turned[u*unitLanes], &s.turned[u*b.edge], src, &b.images[0][b.kind(unit)].offsets[0][0][0],
			&b.lanes.previous[0], &s.places[0], unitLanes, turnedSteps, turnedSteps, plane, halfUnit)
	}
	panels := b.t.tilePanels(columnsOfGroup)
	for position := range positionsOfTile {
		k := b.steps(position, b.unitCount)
		for j := 0; j < columnsOfGroup; j += b.t.lanes {
			at := b.rightPlane(position) + panels.at(j, k)
			b.t.packLanes(&s.tiles[at], &s.turned[position*turnedPlane+j*turnedSteps], k/b.t.lanes, turnedSteps, panels.widthAt(j))
		}
	}
}

// multiply adds what the packed units give for 16 channels of x from the part's
// channel c on.
func (b *summedBlock) multiply(c int) {
	beta := float32(1)
	if b.unit0 == 0 {
		beta = 0
	}
	panels := b.t.tilePanels(columnsOfGroup)
	for position := range positionsOfTile {
		k := b.steps(position, b.unitCount)
		left := &b.s.left[b.leftPlane(position)]
		for j := 0; j < columnsOfGroup; j += panels.width {
			tile := b.t.tiles[log2(b.t.height)][panels.widthAt(j)/b.t.lanes-1]
			right := &b.s.tiles[b.rightPlane(position)+j*k]
			result := &b.s.results[position*b.resultPlane()+phasesOfImage*c+j]
			tile(left, right, result, k, b.geometry.M/b.t.height, b.ld, b.t.lanes, 1, beta, right, 0)
		}
	}
}
