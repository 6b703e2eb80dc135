// Package hosttest has plugins for the tests of hosts: an honest one that
// trains by counting, and one for each way of misbehaving. They run as real
// processes: the test binary executes itself.
//
// A test package uses them by
//
//	func TestMain(m *testing.M) {
//		hosttest.ServeIfAsked()
//		os.Exit(m.Run())
//	}
//
// and then starts its own executable with the arguments "__serve" and a
// double's name, or under the file name zoo-plugin-<name>.
//
// Nothing here is for use outside tests.
package hosttest
