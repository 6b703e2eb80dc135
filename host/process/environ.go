package process

import (
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/rs/zerolog"

	"github.com/ganzoo/ganzoo/zoo"
)

// allowed are the variables that a plugin inherits. The rest stays behind:
// tokens and keys live in environments.
var allowed = map[string]bool{
	"PATH": true, "HOME": true, "USER": true, "LOGNAME": true, "SHELL": true, "TMPDIR": true, "TZ": true, "LANG": true, "LANGUAGE": true,
	"LD_LIBRARY_PATH": true, "DYLD_LIBRARY_PATH": true,
	"PYTHONPATH": true, "PYTHONHOME": true, "VIRTUAL_ENV": true, "NODE_PATH": true, "JAVA_HOME": true,
	"GOMAXPROCS": true, "GOMEMLIMIT": true, "GOGC": true, "GODEBUG": true, "GOTRACEBACK": true, "GOCOVERDIR": true, "GORACE": true,
}

// allowedWindows are the variables without which programs do not start there.
var allowedWindows = map[string]bool{
	"SYSTEMROOT": true, "SYSTEMDRIVE": true, "WINDIR": true, "COMSPEC": true, "PATHEXT": true, "TEMP": true, "TMP": true,
	"USERPROFILE": true, "APPDATA": true, "LOCALAPPDATA": true, "PROGRAMDATA": true, "NUMBER_OF_PROCESSORS": true, "PROCESSOR_ARCHITECTURE": true,
}

// allowedPrefixes admit families: our own settings, the locale, the folders of
// the desktop, the threads and devices of numeric libraries.
var allowedPrefixes = []string{"GANZOO_", "ZOO_", "LC_", "XDG_", "OMP_", "MKL_", "OPENBLAS_", "CUDA_"}

// environ returns what of the host's environment a plugin may see, and what
// zoo.Serve asks for.
func environ(host []string, level zerolog.Level) []string {
	var env []string
	for _, kv := range host {
		name, _, _ := strings.Cut(kv, "=")
		if permitted(name) {
			env = append(env, kv)
		}
	}
	return append(env,
		zoo.EnvHostPID+"="+strconv.Itoa(os.Getpid()),
		zoo.EnvLogLevel+"="+level.String(),
	)
}

func permitted(name string) bool {
	if runtime.GOOS == "windows" {
		name = strings.ToUpper(name) // names are case-blind there
		if allowedWindows[name] {
			return true
		}
	}
	// What the host was started with as a plugin itself is not for its plugins.
	if name == zoo.Handshake.MagicCookieKey || name == zoo.EnvHostPID || name == zoo.EnvLogLevel {
		return false
	}
	if allowed[name] {
		return true
	}
	for _, p := range allowedPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
