package memory

import "os"

func available() (uint64, bool) {
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	return parse(content)
}
