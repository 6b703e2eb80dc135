package kernel

import "math"

// Sums are taken over a tree that depends on the lengths only, and products in
// them are rounded before they are added, so reductions have the same bits in
// every class. The tree of a sum: within a block of treeBlock elements, lane l of
// treeLanes adds elements l, l+treeLanes, … in order; the lanes are then halved
// by adding the upper half to the lower, and the blocks are added in order in
// float64.
const (
	treeLanes = 64
	treeBlock = 64 * treeLanes
)

// rowBlock is the number of rows that SumColumns adds up, in four interleaved
// chains, before it adds them to the result: long columns lose fewer bits.
const rowBlock = 256

// Sum returns the sum of the elements of a, 0 when it is empty.
func Sum(a []float32) float32 {
	if len(a) <= treeBlock {
		return twins[active].sum(a)
	}
	var total float64
	for ; len(a) > treeBlock; a = a[treeBlock:] {
		total += float64(twins[active].sum(a[:treeBlock]))
	}
	return float32(total + float64(twins[active].sum(a)))
}

// Dot returns Σ a·b, 0 when they are empty.
func Dot(a, b []float32) float32 {
	sameLength(a, b)
	if len(a) <= treeBlock {
		return twins[active].dot(a, b)
	}
	var total float64
	for ; len(a) > treeBlock; a, b = a[treeBlock:], b[treeBlock:] {
		total += float64(twins[active].dot(a[:treeBlock], b[:treeBlock]))
	}
	return float32(total + float64(twins[active].dot(a, b)))
}

// sumGeneric adds one block.
func sumGeneric(a []float32) float32 {
	var lanes [treeLanes]float32
	for ; len(a) > treeLanes; a = a[treeLanes:] {
		for l, x := range a[:treeLanes] {
			lanes[l] += x
		}
	}
	for l, x := range a {
		lanes[l] += x
	}
	return foldLanes(&lanes)
}

// dotGeneric adds one block.
func dotGeneric(a, b []float32) float32 {
	var lanes [treeLanes]float32
	for ; len(a) > treeLanes; a, b = a[treeLanes:], b[treeLanes:] {
		b := b[:treeLanes]
		for l, x := range a[:treeLanes] {
			lanes[l] += float32(x * b[l])
		}
	}
	for l, x := range a {
		lanes[l] += float32(x * b[l])
	}
	return foldLanes(&lanes)
}

func foldLanes(lanes *[treeLanes]float32) float32 {
	for half := treeLanes / 2; half > 0; half /= 2 {
		for l := range half {
			lanes[l] += lanes[l+half]
		}
	}
	return lanes[0]
}

// MaxOf returns the largest element of a, NaN if one is NaN, −Inf when a is
// empty. The sign of a zero is not determined.
func MaxOf(a []float32) float32 { return twins[active].maxOf(a) }

func maxOfGeneric(a []float32) float32 {
	m := float32(math.Inf(-1))
	for _, x := range a {
		m = maximum(m, x)
	}
	return m
}

// MinOf returns the smallest element of a, NaN if one is NaN, +Inf when a is
// empty. The sign of a zero is not determined.
func MinOf(a []float32) float32 { return twins[active].minOf(a) }

func minOfGeneric(a []float32) float32 {
	m := float32(math.Inf(1))
	for _, x := range a {
		m = minimum(m, x)
	}
	return m
}

// SumColumns overwrites dst with the sums of the columns of the rows×cols
// matrix a: dst[j] = Σᵢ a[i·cols+j]. dst may not overlap a.
func SumColumns(dst, a []float32, rows, cols int) {
	columns(dst, a, rows, cols)
	clear(dst)
	for i := 0; i < rows; i += rowBlock {
		n := min(rowBlock, rows-i)
		twins[active].sumColumns(dst, a[i*cols:(i+n)*cols], n, cols)
	}
}

// sumColumnsGeneric adds the columns of one block of rows to dst: chain c adds
// rows c, c+4, …, and the sum is dst + ((chain 0 + chain 2) + (chain 1 + chain 3)).
func sumColumnsGeneric(dst, a []float32, rows, cols int) {
	for j := range dst {
		var chain [4]float32
		for i := range rows {
			chain[i&3] += a[i*cols+j]
		}
		dst[j] += (chain[0] + chain[2]) + (chain[1] + chain[3])
	}
}

// MaxColumns overwrites dst with the largest element of each column of the
// rows×cols matrix a, NaN where a column holds one, −Inf when rows is 0. dst
// may not overlap a.
func MaxColumns(dst, a []float32, rows, cols int) {
	columns(dst, a, rows, cols)
	Fill(dst, float32(math.Inf(-1)))
	for ; rows > 0; rows-- {
		twins[active].max(dst, dst, a[:cols])
		a = a[cols:]
	}
}
