package zoo

import (
	"os"
	"sync"

	"github.com/rs/zerolog"
)

// Logger returns the log of a plugin process. Its lines reach the host's log
// with their level and fields. Take it before Serve, which replaces os.Stderr.
//
// It sets zerolog's field names for the whole process to those that go-plugin
// knows, so it is not for hosts.
func Logger() zerolog.Logger { return pluginLogger() }

var pluginLogger = sync.OnceValue(func() zerolog.Logger {
	zerolog.LevelFieldName = "@level"
	zerolog.MessageFieldName = "@message"
	zerolog.TimestampFieldName = "@timestamp"
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000000Z07:00"
	level, err := zerolog.ParseLevel(os.Getenv(EnvLogLevel))
	if err != nil || level == zerolog.NoLevel {
		level = zerolog.InfoLevel
	}
	return zerolog.New(os.Stderr).Level(level).With().Timestamp().Logger()
})
