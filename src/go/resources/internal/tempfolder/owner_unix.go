//go:build unix

package tempfolder

import (
	"io/fs"
	"syscall"
)

// ownerOf returns the user to whom something belongs, or -1.
func ownerOf(info fs.FileInfo) int {
	if status, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(status.Uid)
	}
	return -1
}

// deviceOf returns the number of the disk on which something is.
func deviceOf(info fs.FileInfo) uint64 {
	if status, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(status.Dev) // signed on some systems
	}
	return 0
}
