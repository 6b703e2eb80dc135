//go:build !unix

package onnxrun_test

import (
	"testing"
	"time"
)

var begun = time.Now()

// spent is the time that has passed, where the processor's is not told.
func spent(*testing.T) time.Duration { return time.Since(begun) }
