// Package reproduce holds published figures and the protocols that take them
// again: which variants are trained on what and for how long, what is read off
// the results, and what the paper had. Some are worked out here, on the variants'
// own graphs, because they have an exact answer.
//
// It trains nothing that package versus cannot describe, and runs nothing itself:
// the command does.
package reproduce
