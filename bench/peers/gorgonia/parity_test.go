package main

import (
	"testing"

	"github.com/ganzoo/ganzoo/bench/peers/parity"
)

func TestLossesAreThoseOfPyTorch(t *testing.T) {
	parity.Check(t, start, "gan/mlp", "lsgan/mlp", "wgangp/mlp", "dragan/mlp", "gan/dcgan28", "lsgan/dcgan28", "wgangp/dcgan28", "dragan/dcgan28")
}
