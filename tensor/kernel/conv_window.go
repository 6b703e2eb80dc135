package kernel

// windows are the pieces of an image batch that the kernel of a convolution
// meets, an operand of a product. A position is a place of the kernel, counted
// over images, rows and columns; a step is an element of the kernel, counted
// over channels, row taps and column taps. The element for both is
//
//	src[n, c, a·strideH + rowTaps[i], b·strideW + colTaps[j]]
//
// for position (n,a,b) and step (c,i,j), or 0 if that is outside the image.
type windows struct {
	src              []float32
	channels, h, w   int
	rows, cols       int // positions in an image
	strideH, strideW int
	rowTaps, colTaps []int // ascending or descending
}

// perChannel is the number of steps in a channel.
func (w *windows) perChannel() int { return len(w.rowTaps) * len(w.colTaps) }

// stagedWindows is the part of a batch that a block of the product meets, with
// its zero padding written out, so that positions are gathered by plain loads
// whatever the step. Columns are sorted by their remainder modulo the stride:
// neighbouring positions are neighbours in memory.
//
// There is a plane for every image, channel and remainder, in that order, and
// some room after each channel. A batch that needs no padding and no sorting is
// not copied, but for its end where vectors would reach beyond it.
type stagedWindows struct {
	data       []float32
	view       []float32 // data, or the batch itself if it serves as it is
	origin     int       // place in view of position (image0,row0,0)
	image0     int       // first image
	row0       int       // first row of positions
	image      int       // elements from one image to the next
	height     int       // of a plane
	width      int       // of a plane
	plane      int       // planes of one image and channel and the room after them
	strideH    int
	rows, cols int // positions in an image

	step0   int     // first step
	offsets []int32 // for every step from step0 on its place for position (image0,row0,0)

	taps, allOffsets []int32 // the same for one channel, and for all that are staged

	places, starts []int32 // of the pieces being gathered, see tileSet.copyPieces

	square [maxWidth*sumBlock + maxLanes]float32 // rows of windows on their way to columns
}

// margin is how far a vector may reach beyond the data that it takes.
const margin = maxLanes

// stagedAtOnce is how many elements of planes are written together, each of
// them several times: they are to stay in the first-level cache.
const stagedAtOnce = 4096

// stage copies what positions p0 … p1−1 and steps s0 … s1−1 meet.
func (w *windows) stage(t *tileSet, st *stagedWindows, p0, p1, s0, s1 int) {
	perImage := w.rows * w.cols
	image1 := (p1 - 1) / perImage
	st.image0 = p0 / perImage
	st.row0 = 0
	rowEnd := w.rows
	if st.image0 == image1 {
		st.row0 = p0 % perImage / w.cols
		rowEnd = (p1-1)%perImage/w.cols + 1
	}
	channel0, channel1 := s0/w.perChannel(), (s1-1)/w.perChannel()
	firstRow, lastRow := bounds(w.rowTaps)
	firstCol, lastCol := bounds(w.colTaps)
	st.rows, st.cols, st.strideH = w.rows, w.cols, w.strideH
	st.step0 = s0

	asItLies := w.strideW == 1 && firstRow >= 0 && firstCol >= 0 && (w.rows-1)*w.strideH+lastRow < w.h && w.cols-1+lastCol < w.w
	// No vector reaches beyond the batch, or none beyond the positions of an image.
	within := (image1*w.channels+channel1+1)*w.h*w.w+margin <= len(w.src) || w.strideH*w.w == w.cols && perImage%t.lanes == 0
	if asItLies && within {
		// Nothing to pad and nothing to sort: the batch is read in place.
		st.view = w.src[(st.image0*w.channels+channel0)*w.h*w.w:]
		st.image, st.height, st.width, st.plane = w.channels*w.h*w.w, w.h, w.w, w.h*w.w
		st.origin = st.row0*w.strideH*w.w + firstRow*w.w + firstCol
		w.listOffsets(st, channel0, channel1, firstRow, firstCol, s0, s1)
		return
	}
	st.height = (rowEnd-1-st.row0)*w.strideH + lastRow - firstRow + 1
	st.width = w.cols + (lastCol-firstCol)/w.strideW
	st.plane = w.strideW*st.height*st.width + margin
	st.image = (channel1 - channel0 + 1) * st.plane
	st.origin = 0
	w.listOffsets(st, channel0, channel1, firstRow, firstCol, s0, s1)

	size := (image1-st.image0+1)*st.image + margin
	if len(st.data) < size {
		st.data = make([]float32, size)
	}
	st.view = st.data
	for n := st.image0; n <= image1; n++ {
		dst := st.data[(n-st.image0)*st.image:]
		for c, step := channel0, max(1, stagedAtOnce/st.plane); c <= channel1; c += step {
			src := w.src[(n*w.channels+c)*w.h*w.w:]
			w.stagePlanes(t, dst, src, st, min(step, channel1+1-c), st.row0*w.strideH+firstRow, firstCol)
			dst = dst[min(step, channel1+1-c)*st.plane:]
		}
	}
}

// listOffsets finds the places of steps s0 … s1−1 in the planes of their
// channels.
func (w *windows) listOffsets(st *stagedWindows, channel0, channel1, firstRow, firstCol, s0, s1 int) {
	st.taps = st.taps[:0]
	for _, row := range w.rowTaps {
		for _, col := range w.colTaps {
			remainder, shift := (col-firstCol)%w.strideW, (col-firstCol)/w.strideW
			st.taps = append(st.taps, int32((remainder*st.height+row-firstRow)*st.width+shift))
		}
	}
	st.allOffsets = st.allOffsets[:0]
	for c := range channel1 - channel0 + 1 {
		for _, tap := range st.taps {
			st.allOffsets = append(st.allOffsets, int32(c*st.plane)+tap)
		}
	}
	// The first and the last channel may have steps that are not asked for.
	st.offsets = st.allOffsets[s0-channel0*w.perChannel():][:s1-s0]
}

// stagePlanes copies some channels of an image, beginning at a row and a
// column that may lie outside. A vector beyond the end of a row spoils what
// follows, so planes are written in ascending order, each from right to left.
func (w *windows) stagePlanes(t *tileSet, dst, src []float32, st *stagedWindows, channels, row, col int) {
	top := min(max(0, -row), st.height)
	bottom := max(top, min(st.height, w.h-row))
	for remainder := range w.strideW {
		first := col + remainder
		// Columns lo … hi−1 of the plane lie within the image.
		lo := max(0, ceil(-first, w.strideW))
		hi := min(st.width, ceil(w.w-first, w.strideW))
		for e := (st.width - 1) / t.lanes * t.lanes; e >= 0; e -= t.lanes {
			mask := lanesBetween(lo-e, hi-e, t.lanes)
			from := (row+top)*w.w + first + e*w.strideW
			load := func(begin, end int, mask uint32) {
				if begin == end {
					return // and there may be no room for a row
				}
				t.load(w.strideW, dst[begin*st.width+e:], src, from, channels, st.plane, w.h*w.w, end-begin, st.width, w.w, mask)
			}
			load(0, top, 0)
			load(top, bottom, mask)
			load(bottom, st.height, 0)
		}
		dst = dst[st.height*st.width:]
	}
}

// lanesBetween is the mask of lanes lo … hi−1 as far as they exist.
func lanesBetween(lo, hi, lanes int) uint32 {
	lo, hi = max(lo, 0), min(hi, lanes)
	if lo >= hi {
		return 0
	}
	return 1<<hi - 1<<lo
}

// place is where the first step of a position is staged.
func (st *stagedWindows) place(position int) int {
	col := position % st.cols
	row := position / st.cols % st.rows
	image := position/(st.cols*st.rows) - st.image0
	return st.origin + image*st.image + (row-st.row0)*st.strideH*st.width + col
}

// gather writes count positions from position on, a row for each of the offsets'
// steps, stride apart in dst, and less than a vector beyond them.
func (st *stagedWindows) gather(t *tileSet, dst []float32, offsets []int32, stride, position, count int) {
	run := st.cols // positions that are neighbours in memory
	if st.strideH*st.width == st.cols {
		run *= st.rows
	}
	piece, copyPieces := t.lanes, t.copyPieces
	if run <= t.lanes/2 {
		piece, copyPieces = t.lanes/2, t.copyHalves
	}
	st.places, st.starts = st.places[:0], st.starts[:0]
	for done := 0; done < count; {
		n := min(count-done, run-(position+done)%run)
		place := st.place(position + done)
		for e := 0; e < n; e += piece {
			st.places, st.starts = append(st.places, int32(place+e)), append(st.starts, int32(done+e))
		}
		done += n
	}
	if last := len(st.places) - 1; last%2 == 0 { // they go in pairs
		st.places, st.starts = append(st.places, st.places[last]), append(st.starts, st.starts[last])
	}
	copyPieces(dst, st.view, offsets, stride, st.places, st.starts)
}

// windowColumns are windows as the right operand of a convolution: a column of
// C is a position, the sum goes over the steps.
type windowColumns struct{ windows }

func (w *windowColumns) prepare(t *tileSet, s *gemmScratch, j0, j1, l, k int) {
	w.stage(t, &s.windows, j0, j1, l, l+k)
}

func (w *windowColumns) pack(t *tileSet, s *gemmScratch, dst []float32, j, cols, l, k int) {
	offsets := s.windows.offsets[l-s.windows.step0:][:k]
	s.windows.gather(t, dst, offsets, ceil(cols, t.lanes)*t.lanes, j, cols)
}

// windowRows are windows as the right operand of a weight gradient: a column
// of C is a step, the sum goes over the positions.
type windowRows struct{ windows }

func (w *windowRows) prepare(t *tileSet, s *gemmScratch, j0, j1, l, k int) {
	w.stage(t, &s.windows, l, l+k, j0, j1)
}

func (w *windowRows) pack(t *tileSet, s *gemmScratch, dst []float32, j, cols, l, k int) {
	st := &s.windows
	offsets := st.offsets[j-st.step0:][:cols]
	st.gather(t, st.square[:], offsets, sumBlock, l, k)
	width := ceil(cols, t.lanes) * t.lanes
	squares := k / t.lanes
	for v := 0; v < cols; v += t.lanes {
		square := st.square[v*sumBlock:]
		if squares > 0 {
			t.packLanes(&dst[v], &square[0], squares, sumBlock, width)
		}
		transposeRest(dst[v:], square, min(t.lanes, cols-v), squares*t.lanes, k, sumBlock, width)
	}
}

// ahead has nothing to tell: what pack reads has just been staged.
func (w *windows) ahead(int, int) (*float32, int) { return nil, 0 }

// bounds returns the smallest and the largest of taps.
func bounds(taps []int) (lo, hi int) {
	lo, hi = taps[0], taps[0]
	for _, t := range taps[1:] {
		lo, hi = min(lo, t), max(hi, t)
	}
	return lo, hi
}
