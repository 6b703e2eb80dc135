// Package data turns names into datasets: arrays on disk that every plugin
// maps read-only, and batches drawn from them.
//
// Resolve finds a dataset (MNIST, Fashion-MNIST, a folder of images, a toy in
// the plane) and leaves it as .npy files in a cache, each checked by its
// SHA-256. Open maps such a dataset and fills batches whose order is a
// function of seed and epoch alone.
//
// The package knows nothing of variants, plugins or the contract's wire types.
package data
