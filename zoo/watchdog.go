package zoo

import (
	"os"
	"strconv"
	"time"

	"github.com/rs/zerolog"
)

// watchInterval is how often the host is looked for: an orphan lives at most
// this long.
const watchInterval = time.Second

// endWithHost ends the process soon after the host's, for the systems and the
// ways of dying where nothing else does: a host that is killed takes no leave.
func endWithHost(log zerolog.Logger) {
	pid, err := strconv.Atoi(os.Getenv(EnvHostPID))
	if err != nil || pid <= 0 {
		return
	}
	for alive(pid) {
		time.Sleep(watchInterval)
	}
	log.Warn().Int("host", pid).Msg("the host is gone: ending")
	os.Exit(1)
}
