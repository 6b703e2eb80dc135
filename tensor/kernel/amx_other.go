//go:build !linux || !amd64

package kernel

// requestTiles tells that nobody has found out how this system gives the tile
// registers out.
func requestTiles() bool { return false }
