// Package process starts one plugin in a process of its own and speaks the
// contract with it. It closes the gaps that go-plugin leaves: a plugin gets no
// terminal and no secrets of the environment, a socket folder that only the
// user can enter, a bounded time to start and to end; what it prints is taken
// for text and never for truth; and it does not outlive the host.
//
// It knows neither the names of variants nor runs, and does not start a dead
// plugin again: a Process is used once, and package host makes the next one.
package process
