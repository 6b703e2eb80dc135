package kernel

import "slices"

// Precision is what the operands of a product are rounded to. Sums are float32
// whatever it is.
type Precision uint8

const (
	// Float32 leaves the operands as they are.
	Float32 Precision = iota

	// BF16 rounds each operand once to bfloat16, which has 8 significant bits: the
	// error of a product is below 2⁻⁷ of it.
	BF16

	// BF16x3 splits each operand into a high and a low bfloat16 and sums three
	// products of the four, leaving out low by low: the error of a product is below
	// 3·2⁻¹⁶ of it.
	BF16x3

	precisions = iota
)

var precisionNames = [precisions]string{"float32", "bf16", "bf16x3"}

// String is the name that PrecisionOf knows.
func (p Precision) String() string { return precisionNames[p] }

// Precisions are the names of all, the exact one first.
func Precisions() []string { return slices.Clone(precisionNames[:]) }

// PrecisionOf returns the precision of a name.
func PrecisionOf(name string) (p Precision, ok bool) {
	i := slices.Index(precisionNames[:], name)
	return Precision(max(i, 0)), i >= 0
}

// BestPrecision is the fastest in the class in use of those with an error near
// float32's: three products of bfloat16 for one of float32 pay where AMX computes
// them.
func BestPrecision() Precision {
	if active == avx512 && activeUnit == amx {
		return BF16x3
	}
	return Float32
}

// Emulated tells whether the class in use has no instructions for products of
// the precision: they take some hundred times as long as float32's.
func (p Precision) Emulated() bool { return p != Float32 && pairsInUse() == &portablePairs }

// A product of bfloat16 is one of float32 whose steps are pairs: a panel holds
// a word for two steps of the sum, the first of them in its low half, where the
// float32 panel would hold a number for one. What packs an operand writes
// float32 as ever, a few steps at a time, and they are rounded while they are in
// the first-level cache.
//
// For BF16x3 a panel holds three times as many pairs. Those of A are its high
// parts, its high parts again and its low parts, those of B its high parts, its
// low parts and its high parts, so that one sum goes over all three products. A
// high part that is not finite has low part 0, and stands in the first product
// only: elsewhere it is 0, that an infinity comes out as one.

// pairSet is what one instruction set brings to products of bfloat16.
type pairSet struct {
	// tileSet has tiles that multiply pairs. Its packing routines write float32.
	tileSet

	unit        int // steps that come together, a power of two up to splitUnit
	left, right rounding
}

// rounding makes pairs of a panel: 2·pairs rows of width float32, one step each,
// become pairs rows of words. What it writes beyond them, less than a vector,
// does not matter.
type rounding struct {
	round func(dst, src []float32, pairs, width int)

	// split writes high parts, the finite ones of them, and low parts.
	split func(high, finite, low, src []float32, pairs, width int)
}

const (
	// roundedAtOnce is how many steps of a panel are packed before they are
	// rounded.
	roundedAtOnce = 64

	// splitUnit is the number of steps that come together in BF16x3.
	splitUnit = 32
)

// longestSum is the longest sum that is kept in registers, by precision: such
// that panels have about the same size in bytes.
var longestSum = [precisions]int{Float32: sumBlock, BF16: 2 * sumBlock, BF16x3: 5 * splitUnit}

// unitPairs holds the pairs of each unit that this build has.
var unitPairs = [pairUnits]*pairSet{noPairs: &portablePairs}

// pairsInUse returns the pairs of the class in use.
func pairsInUse() *pairSet {
	if active == avx512 {
		return unitPairs[activeUnit]
	}
	return &portablePairs
}

// tiles returns the tiles of a precision and, if it has pairs, what makes them.
func (p Precision) tiles() (*tileSet, *pairSet) {
	if p == Float32 {
		return &tileSets[active], nil
	}
	pairs := pairsInUse()
	return &pairs.tileSet, pairs
}

// sumStep is the length of the blocks into which a sum of k steps is cut: equal
// ones, but for the last, and whole vectors.
func (p Precision) sumStep(k int) int {
	longest, whole := longestSum[p], maxLanes
	if p != Float32 {
		whole = splitUnit
	}
	return min(ceil(ceil(k, ceil(k, longest)), whole)*whole, longest)
}

// words is the number of words that k steps of a row or column take in a panel.
func (b *block) words(k int) int {
	switch b.precision {
	case BF16:
		return ceil(k, b.pairs.unit) * b.pairs.unit / 2
	case BF16x3:
		return 3 * ceil(k, splitUnit) * splitUnit / 2
	}
	return k
}

// packLeftPanel packs a panel of A.
func (b *block) packLeftPanel(dst []float32, i, rows, l, k int) {
	if b.pairs == nil {
		b.a.pack(b.t, dst, i, rows, l, k)
		return
	}
	for done := 0; done < k; done += roundedAtOnce {
		some := min(roundedAtOnce, k-done)
		b.a.pack(b.t, b.s.steps[:], i, rows, l+done, some)
		b.makePairs(&b.pairs.left, dst, rows, done, some, k)
	}
}

// packRightPanel packs a panel of B.
func (b *block) packRightPanel(dst []float32, j, cols, l, k int) {
	if b.pairs == nil {
		b.b.pack(b.t, b.s, dst, j, cols, l, k)
		return
	}
	width := ceil(cols, b.t.lanes) * b.t.lanes
	for done := 0; done < k; done += roundedAtOnce {
		some := min(roundedAtOnce, k-done)
		b.b.pack(b.t, b.s, b.s.steps[:], j, cols, l+done, some)
		b.makePairs(&b.pairs.right, dst, width, done, some, k)
	}
}

// makePairs rounds the steps done … done+some−1 of a panel of k steps.
func (b *block) makePairs(r *rounding, dst []float32, width, done, some, k int) {
	src := b.s.steps[:]
	at := done / 2 * width
	if b.precision == BF16 {
		whole := ceil(some, b.pairs.unit) * b.pairs.unit
		clear(src[some*width : whole*width])
		r.round(dst[at:], src, whole/2, width)
		return
	}
	whole := ceil(some, splitUnit) * splitUnit
	clear(src[some*width : whole*width])
	third := b.words(k) / 3 * width
	second, last := dst[third+at:], dst[2*third+at:]
	if r == &b.pairs.left {
		r.split(dst[at:], second, last, src, whole/2, width)
	} else {
		r.split(dst[at:], last, second, src, whole/2, width)
	}
}
