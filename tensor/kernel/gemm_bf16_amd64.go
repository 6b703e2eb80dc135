//go:build !noasm

package kernel

//go:generate go -C _generate run ./gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go -pkg kernel
//go:generate go -C _generate run ./gemm -pairs -out ../pairs_amd64.s -stubs ../pairs_amd64.go -pkg kernel

// dotPairs are the pairs of AVX512_BF16, whose tiles are those of AVX-512.
var dotPairs = pairSet{unit: 2, left: dotRounding, right: dotRounding}

// initDotPairs needs the tile set of AVX-512.
func initDotPairs() {
	dotPairs.tileSet = tileSets[avx512]
	dotPairs.tiles = [log2Height + 1][maxVectors]tileFunc{
		{tileDot1x1, tileDot1x2, tileDot1x3},
		{tileDot2x1, tileDot2x2, tileDot2x3},
		{tileDot4x1, tileDot4x2, tileDot4x3},
		{tileDot8x1, tileDot8x2, tileDot8x3},
	}
	unitPairs[avx512bf16] = &dotPairs
}

var dotRounding = rounding{
	round: func(dst, src []float32, pairs, width int) {
		blocks, vectors, order := pairBlocks(pairs, width)
		roundPairsBF16(&dst[0], &src[0], blocks, vectors, order)
	},
	split: func(high, finite, low, src []float32, pairs, width int) {
		blocks, vectors, order := pairBlocks(pairs, width)
		splitPairsBF16(&high[0], &finite[0], &low[0], &src[0], blocks, vectors, order)
	},
}

// pairBlocks cuts a panel into blocks for roundPairsBF16: two rows that become
// pairs, or as many whole ones as fill two vectors.
func pairBlocks(pairs, width int) (blocks, vectors int, order *[32]uint16) {
	if width < 16 {
		return ceil(2*pairs*width, 32), 1, &pairOrders[log2(width)]
	}
	return pairs, width / 16, &pairOrders[4]
}

// pairOrders[r] is the order that puts rows of 1<<r numbers side by side, two
// and two.
var pairOrders = func() (orders [5][32]uint16) {
	for r := range orders {
		width := 1 << r
		for j := range orders[r] {
			rows, column := j/(2*width)*2*width, j%(2*width)/2
			orders[r][j] = uint16(rows + j%2*width + column)
		}
	}
	return orders
}()
