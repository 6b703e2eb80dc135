package zoo_test

import (
	"fmt"

	"github.com/ganzoo/ganzoo/zoo"
)

// A plugin returns what the user can mend as an Error: he reads its sentences, and the
// command ends with the exit code of its kind.
func ExampleError() {
	var err error = &zoo.Error{
		Kind:  zoo.UsageError,
		What:  `the setting gamma cannot be "-1"`,
		Where: "--set gamma",
		Mend:  "give a number above zero",
	}
	fmt.Println(err)
	// Output: the setting gamma cannot be "-1" (--set gamma); give a number above zero
}
