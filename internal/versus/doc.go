// Package versus holds a comparison: variants × data × seeds under one budget,
// what became of each of those trainings, and the tables and pages that say so.
//
// A comparison is a folder that a second call takes up where the first was
// stopped:
//
//	plan.json     what is compared
//	results/      a file for each training, whole or not there
//	runs/         the run folders
//	report.html   one page with everything in it; report.md and plots/ beside it
//
// It neither trains nor measures: the caller hands over a function that does. It
// knows no variant and no measure by name.
package versus
