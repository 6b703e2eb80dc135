// Package zoopb is the wire form of the contract: zoo.proto and the code
// generated from it. Only packages zoo and host import it; everyone else speaks
// the types of package zoo.
package zoopb

//go:generate go -C ../../internal/_protogen run . zoo/zoopb
