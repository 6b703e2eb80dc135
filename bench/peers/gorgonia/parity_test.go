package main

import (
	"testing"

	"github.com/ganzoo/ganzoo/bench/peers/parity"
)

func TestLossesAreThoseOfPyTorch(t *testing.T) { parity.Check(t, start) }
