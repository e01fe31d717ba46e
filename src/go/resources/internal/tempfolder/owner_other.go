//go:build !unix

package tempfolder

import "io/fs"

// ownerOf returns -1: who owns a file is not told here.
func ownerOf(fs.FileInfo) int { return -1 }

// deviceOf returns 0: the number of a disk is not told here.
func deviceOf(fs.FileInfo) uint64 { return 0 }
