//go:build !unix

package resources_test

import "errors"

func mkfifo(string) error { return errors.ErrUnsupported }
