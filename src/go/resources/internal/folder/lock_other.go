//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package folder

import "os"

// HasLocks tells whether the system has locks.
const HasLocks = false

// Lock returns [ErrNoLocks]: this system has none that end with the process and that others see.
func Lock(*os.File) (held bool, err error) {
	return false, ErrNoLocks
}
