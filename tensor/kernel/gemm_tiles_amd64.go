//go:build !noasm

package kernel

func init() {
	tileSets[avx2] = tileSet{
		lanes: 8, vectors: 3, height: 4,
		tiles: [log2Height + 1][maxVectors]tileFunc{
			{tileAVX21x1, tileAVX21x2, tileAVX21x3},
			{tileAVX22x1, tileAVX22x2, tileAVX22x3},
			{tileAVX24x1, tileAVX24x2, tileAVX24x3},
		},
		packRows: packRowsAVX2, packHeight: packColumns4, packLanes: packColumns8, copyPieces: copyPieces8, copyHalves: copyPieces4,
		loadRows:  [2]func([]float32, []float32, int, int, int, int, int, int, int, uint32){loadRows1AVX2, loadRows2AVX2},
		storeRows: [2]func([]float32, []float32, int, int, int, int, int, int, uint32, bool){storeRows1AVX2, storeRows2AVX2},
		filter: &filterRoutines{
			narrow: tileRoutines{
				tilesOfImages: tilesOfImagesNarrowAVX2, imagesOfTiles: imagesOfTilesNarrowAVX2,
				tilesOfMaps: tilesOfMapsNarrowAVX2, mapsOfTiles: mapsOfTilesNarrowAVX2,
				windowsOfMaps: [2]spreadFunc{windowsOfMapsBelowNarrowAVX2, windowsOfMapsAboveNarrowAVX2},
			},
			wide: tileRoutines{
				tilesOfImages: tilesOfImagesWideAVX2, imagesOfTiles: imagesOfTilesWideAVX2,
				tilesOfMaps: tilesOfMapsWideAVX2, mapsOfTiles: mapsOfTilesWideAVX2,
				windowsOfMaps: [2]spreadFunc{windowsOfMapsBelowWideAVX2, windowsOfMapsAboveWideAVX2},
			},
			tilesOfKernels: tilesOfKernelsAVX2, kernelsOfTiles: kernelsOfTilesAVX2,
		},
	}
	tileSets[avx512] = tileSet{
		lanes: 16, vectors: 3, height: 8,
		tiles: [log2Height + 1][maxVectors]tileFunc{
			{tileAVX5121x1, tileAVX5121x2, tileAVX5121x3},
			{tileAVX5122x1, tileAVX5122x2, tileAVX5122x3},
			{tileAVX5124x1, tileAVX5124x2, tileAVX5124x3},
			{tileAVX5128x1, tileAVX5128x2, tileAVX5128x3},
		},
		packRows: packRowsAVX512, packHeight: packColumns8, packLanes: packColumns16, copyPieces: copyPieces16, copyHalves: copyPieces8,
		loadRows:  [2]func([]float32, []float32, int, int, int, int, int, int, int, uint32){loadRows1AVX512, loadRows2AVX512},
		storeRows: [2]func([]float32, []float32, int, int, int, int, int, int, uint32, bool){storeRows1AVX512, storeRows2AVX512},
		rowTiles:  [maxVectors]rowTileFunc{rowTileAVX5128x1, rowTileAVX5128x2, rowTileAVX5128x3},
		filter: &filterRoutines{
			narrow: tileRoutines{
				tilesOfImages: tilesOfImagesNarrowAVX512, imagesOfTiles: imagesOfTilesNarrowAVX512,
				tilesOfMaps: tilesOfMapsNarrowAVX512, mapsOfTiles: mapsOfTilesNarrowAVX512,
				windowsOfMaps: [2]spreadFunc{windowsOfMapsBelowNarrowAVX512, windowsOfMapsAboveNarrowAVX512},
			},
			wide: tileRoutines{
				tilesOfImages: tilesOfImagesWideAVX512, imagesOfTiles: imagesOfTilesWideAVX512,
				tilesOfMaps: tilesOfMapsWideAVX512, mapsOfTiles: mapsOfTilesWideAVX512,
				windowsOfMaps: [2]spreadFunc{windowsOfMapsBelowWideAVX512, windowsOfMapsAboveWideAVX512},
			},
			tilesOfKernels: tilesOfKernelsAVX512, kernelsOfTiles: kernelsOfTilesAVX512,
		},
	}
	initDotPairs()
	initAMXPairs()
}
