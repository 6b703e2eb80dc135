package kernel

import "sync"

// Convolutions of 4×4 with stride 2 are, for each of the four phases of an image
// (its even and odd rows and columns), convolutions of 2×2 with stride 1. Winograd's
// minimal filtering F(2×2, 2×2) computes a tile of 2×2 of their results with 9
// products where the definition has 16 (S. Winograd, "Arithmetic Complexity of
// Computations", 1980; Lavin and Gray, arXiv:1509.09308). Along one side, with data
// d and kernel g,
//
//	y0 = d0·g0 + d1·g1 = (d0−d1)·g0 + d1·(g0+g1)
//	y1 = d1·g0 + d2·g1 =              d1·(g0+g1) + (d2−d1)·g1
//
// The three products are positions 0, 1 and 2. For each pair of positions of rows
// and columns the sum over channels is a product of matrices, made of what is
// transformed: of kernels and tiles forward and in the input gradient, whose phases
// are convolutions of 2×2 too, of tiles of both sides in the weight gradient, which
// has the transposed transformations. They only add and subtract, so errors stay
// near those of the definition.
//
// But they add and subtract elements that have nothing to do with a result, and an
// infinity or NaN among those would spoil it. So results are checked on their way out,
// and where one is not finite all are computed again by the definition.
//
// A tile has the place of one lane in a unit, 16 tiles that a vector holds. It is 4×4
// pixels of the image, 2×2 elements of the map.

// filterRoutines are what a class of CPU brings to it. They go through channels:
// count of them, which lie the given steps apart. Tables are those of filterTables,
// each by its first element. Those that return a number return 0 if all that they have
// written is finite.
type filterRoutines struct {
	narrow, wide tileRoutines // for units of 2 tiles across, and of more

	tilesOfKernels func(dst, src *float32, taps, places *int, count, dstStep, srcStep int)
	kernelsOfTiles func(dst, src *float32, places *int, count, dstStep, srcStep int) uint32
}

// tileRoutines carry images and maps to tiles and back.
type tileRoutines struct {
	tilesOfImages spreadFunc
	imagesOfTiles gatherFunc
	tilesOfMaps   spreadFunc
	windowsOfMaps [2]spreadFunc // by phase of rows
	mapsOfTiles   gatherFunc
}

type (
	// A spreadFunc of a class whose vectors have 8 lanes writes the second half of a
	// unit half elements behind the first. Others have no use for half.
	spreadFunc func(dst, edge, src *float32, rows *int, lanes *int32, places *int, count, dstStep, edgeStep, srcStep, half int)
	gatherFunc func(dst, src, edge *float32, rows *int, lanes *int32, places *int, count, dstStep, edgeStep, srcStep int) uint32
)

const (
	phasesOfImage   = 4     // pairs of phases of rows and columns
	positionsOfTile = 9     // pairs of positions of rows and columns
	kernelArea      = 4 * 4 // elements of a kernel in one channel
	unitLanes       = 16
	halfUnit        = unitLanes / 2

	// imagesOfUnit is how many images share a unit where a map has 2×2 tiles.
	imagesOfUnit = 4
)

// ofEdge tells whether a position is 2 in rows or columns. Tiles at the far edges may
// have no use for it: see tiling.edge.
func ofEdge(position int) bool { return position/3 == 2 || position%3 == 2 }

// filtered tells whether the convolution is computed in tiles: if it has the form,
// channels that fill panels, and tiles that fill units well enough to pay. It does
// not depend on the batch, whose images have the same bits in any finite company.
func (g *Conv) filtered() bool {
	if tileSets[active].filter == nil || g.Precision != Float32 || g.Packed != nil {
		return false
	}
	if g.KH != 4 || g.KW != 4 || g.StrideH != 2 || g.StrideW != 2 || g.PadTop != 1 || g.PadLeft != 1 || g.DilationH != 1 || g.DilationW != 1 {
		return false
	}
	if g.H != 2*g.OH || g.W != 2*g.OW || g.C%unitLanes != 0 || g.M%unitLanes != 0 {
		return false
	}
	var t tiling
	t.set(g)
	if t.unitCols == 0 {
		return false
	}
	lanes := 0 // of all positions
	for position := range positionsOfTile {
		lanes += t.lanesAt(position)
	}
	images := 1
	if t.unitCols == 2 {
		images = imagesOfUnit
	}
	// Products for a pair of channels, of the images that whole units have.
	inTiles, direct := phasesOfImage*lanes*t.unitsOfImage(), kernelArea*images*g.OH*g.OW
	return 5*inTiles <= 4*direct // what is saved has to pay for the transformations
}

// tiling cuts the maps of a batch into tiles, and those into units.
type tiling struct {
	g          *Conv
	rows, cols int // tiles of a map
	unitCols   int // tiles that a unit has side by side: 2, 4, 8 or 16; 0: none fits
	units      int // of the batch
	edge       int // lanes that position 2 of rows or columns uses: 16 or 12
}

func (t *tiling) set(g *Conv) {
	*t = tiling{g: g, rows: ceil(g.OH, 2), cols: ceil(g.OW, 2), edge: unitLanes}
	for _, cols := range []int{2, 4, 8, 16} {
		square := cols <= 4 // of as many rows
		if t.cols <= cols && (!square || t.rows <= cols) {
			t.unitCols = cols
			break
		}
	}
	switch t.unitCols {
	case 0:
	case 2:
		t.units = ceil(g.N, imagesOfUnit)
	default:
		t.units = g.N * t.unitsOfImage()
	}
	if t.unitCols == 4 && t.rows == 4 && t.cols == 4 && g.OH%2 == 1 && g.OW%2 == 1 {
		// The last of four rows or columns of tiles has one element: position 2 does not
		// serve it.
		t.edge = 3 * 4
	}
}

// unitsOfImage is the number of units that an image has, if units have whole
// images 1.
func (t *tiling) unitsOfImage() int {
	switch t.unitCols {
	case 8:
		return ceil(t.rows, 2)
	case 16:
		return t.rows
	}
	return 1
}

// lanesAt is how many lanes of a unit use a position.
func (t *tiling) lanesAt(position int) int {
	if ofEdge(position) {
		return t.edge
	}
	return unitLanes
}

// image is the first image of a unit.
func (t *tiling) image(unit int) int {
	if t.unitCols == 2 {
		return unit * imagesOfUnit
	}
	return unit / t.unitsOfImage()
}

// tile is where a lane of a unit lies: in which image from the unit's first on, in
// which row and column of its tiles. Lanes 4q+i of one i and two q side by side are
// neighbours in a row, whose pixels are loaded at once.
func (t *tiling) tile(unit, lane int) (image, row, col int) {
	q, i := lane/4, lane%4
	part := unit % t.unitsOfImage()
	switch t.unitCols {
	case 2:
		return i/2*2 + q/2, i % 2, q % 2
	case 4:
		return 0, i, q
	case 8:
		return 0, 2*part + i/2, i%2*4 + q
	}
	return 0, part, 4*i + q
}

// kind numbers units that are alike: by their place in an image, the one with fewer
// images than others, and last those beyond the batch.
func (t *tiling) kind(unit int) int {
	kinds := t.unitsOfImage()
	switch {
	case unit >= t.units:
		return kinds + 1
	case t.unitCols == 2 && t.g.N%imagesOfUnit != 0 && unit == t.units-1:
		return kinds
	}
	return unit % kinds
}

// routines are those for its units.
func (t *tiling) routines() *tileRoutines {
	f := tileSets[active].filter
	if t.unitCols == 2 {
		return &f.narrow
	}
	return &f.wide
}

// tilePanels are panels whose columns are those of tiles.
type tilePanels struct {
	columnPanels
	lanes int // of the class's vectors
}

// tilePanels chooses them for the tiles of some units. AVX2's are of three vectors, the
// last one of what is left. A unit of two vectors may have them in two panels, but
// these must be of one width.
func (t *tileSet) tilePanels(cols int) tilePanels {
	if t.lanes == unitLanes {
		return tilePanels{newPanels(cols), t.lanes}
	}
	width := t.vectors * t.lanes
	if cols%width == t.lanes {
		width -= t.lanes
	}
	return tilePanels{columnPanels{cols, width}, t.lanes}
}

// widthAt is the width of the panel that has column j.
func (p tilePanels) widthAt(j int) int {
	left := p.cols - j/p.width*p.width
	return min(p.width, ceil(left, p.lanes)*p.lanes)
}

// filterTables are what the routines read.
type filterTables struct {
	lanes  laneOrder
	images [3][]pixelRows // rows of pixels from −1, 0 and 1 on, by kind of unit
	maps   []mapRows      // by kind of unit
}

// laneOrder has permutations of lanes.
type laneOrder struct {
	previous, next [unitLanes]int32     // the neighbour in a row
	pack, unpack   [unitLanes]int32     // lanes that position 2 of rows uses
	pairs, unpairs [unitLanes / 2]int64 // of a map as loaded and by tile

	hasPrevious, hasNext uint16
	ofEdge               uint16 // lanes 0 … edge−1
}

// pixelRows has the places of pixels from the unit's first image on, in bytes: for
// six rows of each tile, rows i of lanes and their halves; masks tell the pixels of
// the vector's 16 that exist. Where units have more than two tiles across, the first
// half has the mask of both.
type pixelRows struct {
	offsets [6][4][2]int
	masks   [6][4][2]uint16
}

// mapRows has the places of a map's elements likewise: for the pair of rows within
// each tile, and that of the rows above and below it, rows i of lanes and their
// quarters. Where units have more than two tiles across, quarters 0 and 2 have the
// masks of halves.
type mapRows struct {
	offsets [2][4][4]int
	masks   [2][4][4]uint16
}

// tablesOfTilings holds those made so far, by geometry: a program has few. Batches
// of any size share them, but for what their last unit lacks.
var tablesOfTilings struct {
	sync.Mutex
	made map[Conv]*filterTables
}

// tables returns those of a tiling.
func (t *tiling) tables() *filterTables {
	key := *t.g
	key.N = imagesOfUnit + key.N%imagesOfUnit // a full unit, and images left over
	made := &tablesOfTilings
	made.Lock()
	defer made.Unlock()
	if f := made.made[key]; f != nil {
		return f
	}
	if made.made == nil {
		made.made = map[Conv]*filterTables{}
	}
	f := newFilterTables(key)
	made.made[key] = f
	return f
}

func newFilterTables(g Conv) *filterTables {
	t, f := new(tiling), new(filterTables)
	t.set(&g)
	f.lanes.set(t)
	kinds := t.unitsOfImage()
	for kind := range kinds + 2 {
		unit := kind
		images := t.g.N
		switch {
		case kind > kinds:
			images = 0
		case kind == kinds:
			unit = t.units - 1
			images -= t.image(unit)
		}
		for i := range f.images {
			f.images[i] = append(f.images[i], t.newPixelRows(unit, images, i-1))
		}
		f.maps = append(f.maps, t.newMapRows(unit, images))
	}
	return f
}

func (o *laneOrder) set(t *tiling) {
	*o = laneOrder{ofEdge: 1<<t.edge - 1}
	for lane := range unitLanes {
		image, row, col := t.tile(0, lane)
		for other := range unitLanes {
			switch i, r, c := t.tile(0, other); {
			case i != image || r != row:
			case c == col-1:
				o.previous[lane], o.hasPrevious = int32(other), o.hasPrevious|1<<lane
			case c == col+1:
				o.next[lane], o.hasNext = int32(other), o.hasNext|1<<lane
			}
		}
		q, i := lane/4, lane%4
		packed := lane
		if t.edge < unitLanes {
			packed = 3*q + i
		}
		if i < 3 || t.edge == unitLanes {
			o.pack[packed], o.unpack[lane] = int32(lane), int32(packed)
		}
	}
	for pair := range o.pairs {
		q, row := pair/2, pair%2
		loaded := 4*row + q
		if t.unitCols == 2 {
			loaded = q/2*4 + 2*row + q%2
		}
		o.pairs[pair], o.unpairs[loaded] = int64(loaded), int64(pair)
	}
}

// newPixelRows makes the table for a unit that has so many images, for rows from first
// on, counted from a tile's own first.
func (t *tiling) newPixelRows(unit, images, first int) (made pixelRows) {
	g := t.g
	for r := range made.offsets {
		for i := range 4 {
			for half := range 2 {
				image, row, col := t.tile(unit, 8*half+i)
				y, x := 4*row+first+r, 4*col
				if mask := lanesBetween(0, g.W-x, 8); image < images && y >= 0 && y < g.H && mask != 0 {
					made.offsets[r][i][half] = 4 * (image*g.C*g.H*g.W + y*g.W + x)
					made.masks[r][i][half] = uint16(mask << (8 * half))
					if half == 1 && t.unitCols > 2 { // it continues the first
						made.masks[r][i][0] |= made.masks[r][i][1]
					}
				}
			}
		}
	}
	return made
}

// newMapRows makes the table for a unit that has so many images.
func (t *tiling) newMapRows(unit, images int) (made mapRows) {
	g := t.g
	for pair, rows := range [2][2]int{{0, 1}, {-1, 2}} {
		for i := range 4 {
			for quarter := range 4 {
				half, second := quarter%2, quarter/2
				if t.unitCols == 2 {
					half, second = quarter/2, quarter%2
				}
				image, row, col := t.tile(unit, 8*half+i)
				y, x := 2*row+rows[second], 2*col
				if mask := lanesBetween(0, g.OW-x, 4); image < images && y >= 0 && y < g.OH && mask != 0 {
					made.offsets[pair][i][quarter] = 4 * (image*g.M*g.OH*g.OW + y*g.OW + x)
					made.masks[pair][i][quarter] = uint16(mask << (4 * quarter))
					if half == 1 && t.unitCols > 2 {
						made.masks[pair][i][quarter-1] |= made.masks[pair][i][quarter]
					}
				}
			}
		}
	}
	return made
}
