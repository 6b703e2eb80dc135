// Package metrics measures samples against data: the same code for every
// variant, so that figures can be compared. A file holds one measure, with its
// formula and source.
//
// The measures are functions of arrays: vectors N×D, one row an example, or labels. A
// set of another shape than a measure takes, or of too few examples, is a fault of kind
// Usage, one with values that are no numbers a fault of kind Data: to those outside this
// module, a *zoo.Error of kind UsageError or DataError. A pool may be nil; its threads do
// not change a figure.
//
// By name they are in the Catalogue, which takes them of a [Gallery] and says beside each
// what it would be for real examples.
package metrics
