package gan

import "github.com/ganzoo/ganzoo/tensor/kernel"

// precisionParam is the setting for what a training rounds the operands of its
// matrix products and convolutions to. Their sums and everything between them
// are float32; so is all that is done with a trained model.
var precisionParam = Param{
	Name: "precision", Default: kernel.Float32.String(), Choices: append(kernel.Precisions(), precisionAuto),
	Doc: "of the numbers that are multiplied in layers; auto means bf16x3 where the processor has AMX, and else float32",
}

// precisionAuto stands for what suits the machine. A run's record has what it
// was.
const precisionAuto = "auto"

// Precision is that of a training's steps.
func (s *Settings) Precision() kernel.Precision {
	p, _ := kernel.PrecisionOf(s.Choice(precisionParam.Name))
	return p
}
