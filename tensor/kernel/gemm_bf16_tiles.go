package kernel

import "math"

// portablePairs are the pairs of every class that has no instructions for them.
// Their sums are those of VDPBF16PS to the bit.
var portablePairs = pairSet{
	tileSet: portableTiles(), unit: 2,
	left:  rounding{roundPairsGeneric, splitPairsGeneric},
	right: rounding{roundPairsGeneric, splitPairsGeneric},
}

func portableTiles() tileSet {
	t := tileSets[generic]
	t.tiles = [log2Height + 1][maxVectors]tileFunc{{tilePairs1x4}, {tilePairs2x4}}
	return t
}

// bfloat16 rounds to the nearest bfloat16, ties to the even one, as
// VCVTNEPS2BF16 does: denormal numbers count as zeros, NaN becomes quiet.
func bfloat16(x float32) uint32 {
	bits := math.Float32bits(x)
	switch {
	case bits&0x7f800000 == 0:
		return bits >> 16 & 0x8000
	case x != x:
		return bits>>16 | 0x40
	}
	return (bits + 0x7fff + bits>>16&1) >> 16
}

// lowPart is what the high part of a number leaves of it; finite is the high
// part unless it is an infinity or NaN.
func lowPart(x float32, high uint32) (low, finite uint32) {
	if high&0x7f80 == 0x7f80 {
		return 0, 0
	}
	return bfloat16(x - math.Float32frombits(high<<16)), high
}

func roundPairsGeneric(dst, src []float32, pairs, width int) {
	for p := range pairs {
		first, second, to := src[2*p*width:][:width], src[(2*p+1)*width:][:width], dst[p*width:][:width]
		for i := range to {
			to[i] = pairOf(bfloat16(first[i]), bfloat16(second[i]))
		}
	}
}

func splitPairsGeneric(high, finite, low, src []float32, pairs, width int) {
	for p := range pairs {
		for i := range width {
			first, second, at := src[2*p*width+i], src[(2*p+1)*width+i], p*width+i
			h1, h2 := bfloat16(first), bfloat16(second)
			l1, f1 := lowPart(first, h1)
			l2, f2 := lowPart(second, h2)
			high[at], finite[at], low[at] = pairOf(h1, h2), pairOf(f1, f2), pairOf(l1, l2)
		}
	}
}

// pairOf is the word of a pair. It stands in a float32 as mere bits.
func pairOf(first, second uint32) float32 { return math.Float32frombits(second<<16 | first) }

// addPair returns sum + x·y for pairs x and y as VDPBF16PS does: the product of
// the second numbers is added first, each of the two sums is rounded once, to
// nearest even, and denormal results are flushed to zero.
func addPair(sum float32, x, y float32) float32 {
	a, b := math.Float32bits(x), math.Float32bits(y)
	sum = addFlushed(sum, a&0xffff0000, b&0xffff0000)
	return addFlushed(sum, a<<16, b<<16)
}

// addFlushed returns sum + a·b for bits of float32 of 8 significant bits. The
// product is exact in float64, and rounding first to float64's 53 bits, then
// to 24, is rounding once (Figueroa, "When is double rounding innocuous?",
// 1995: 53 ≥ 2·24 + 2).
func addFlushed(sum float32, a, b uint32) float32 {
	// What rounds to 24 bits below 2⁻¹²⁶ if exponents had no bound.
	const denormal = 0x1p-126 - 0x1p-151
	s := float64(sum) + float64(math.Float32frombits(a))*float64(math.Float32frombits(b))
	if -denormal < s && s < denormal {
		return float32(math.Copysign(0, s))
	}
	return float32(s)
}

// tilePairs2x4 is tileGeneric2x4 for pairs.
func tilePairs2x4(a, b, c *float32, k, panels, ldc, tail int, alpha, beta float32, _ *float32, _ int) {
	bs := span(b, 4*k)
	for i := range panels {
		as := span(a, 2*k*panels)[2*k*i:]
		var upper, lower [4]float32
		for l := range k {
			x, y := (*[2]float32)(as[2*l:]), (*[4]float32)(bs[4*l:])
			for j, y := range y {
				upper[j], lower[j] = addPair(upper[j], x[0], y), addPair(lower[j], x[1], y)
			}
		}
		rows := span(c, (2*panels-1)*ldc+tail)[2*i*ldc:]
		storeRow(rows[:tail], &upper, alpha, beta)
		storeRow(rows[ldc:ldc+tail], &lower, alpha, beta)
	}
}

// tilePairs1x4 is tilePairs2x4 for single rows.
func tilePairs1x4(a, b, c *float32, k, panels, ldc, tail int, alpha, beta float32, _ *float32, _ int) {
	bs := span(b, 4*k)
	for i := range panels {
		var sums [4]float32
		for l, x := range span(a, k*panels)[k*i:][:k] {
			for j, y := range (*[4]float32)(bs[4*l:]) {
				sums[j] = addPair(sums[j], x, y)
			}
		}
		storeRow(span(c, (panels-1)*ldc+tail)[i*ldc:][:tail], &sums, alpha, beta)
	}
}
