// Package e2e holds the checks that a new user would make: README's commands
// from a clean clone with nothing cached, every variant from training to its
// answers in other people's software. They take minutes, the network or npm, and
// other programs, so they run only when GANZOO_E2E is set, as CI does.
package e2e
