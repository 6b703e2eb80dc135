// Package zoo is the contract between a host and a GAN variant: five calls,
// one stream of events, and the types they carry.
package zoo
