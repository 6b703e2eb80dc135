// Package metrics measures samples against data: the same code for every
// variant, so that figures can be compared. A file holds one measure, with its
// formula and source.
package metrics
