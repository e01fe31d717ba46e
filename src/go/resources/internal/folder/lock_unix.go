//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package folder

import (
	"errors"
	"os"
	"syscall"
)

// HasLocks tells whether the system has locks. A disk may have none even so.
const HasLocks = true

// Lock takes an exclusive lock on an open file or folder if nobody has it, and keeps it until the
// file is closed, also by the end of the process. The error is [ErrNoLocks] where there are none.
func Lock(file *os.File) (held bool, err error) {
	raw, err := file.SyscallConn()
	if err != nil {
		return false, err
	}
	var failure error
	err = raw.Control(func(descriptor uintptr) {
		for {
			failure = syscall.Flock(int(descriptor), syscall.LOCK_EX|syscall.LOCK_NB)
			if failure != syscall.EINTR {
				return
			}
		}
	})
	switch {
	case err != nil:
		return false, err
	case failure == nil:
		return true, nil
	case failure == syscall.EWOULDBLOCK:
		return false, nil
	}
	for _, none := range []error{
		syscall.ENOLCK, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.EINVAL,
	} {
		if errors.Is(failure, none) {
			return false, ErrNoLocks
		}
	}
	return false, os.NewSyscallError("flock", failure)
}
