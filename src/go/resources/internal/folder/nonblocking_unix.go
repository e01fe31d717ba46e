//go:build unix && (!linux || portable)

package folder

import "syscall"

const nonblocking = syscall.O_NONBLOCK
