package conformance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"go.dagstack.dev/contracts"
)

func init() {
	provide("tmpdir", Harness{ByHand: map[string]Body{
		"one_of_many_gets_the_name":                 oneGetsTheName,
		"what_is_written_during_the_close_goes_too": removesLateWriters,
	}})
	provide("registry", Harness{ByHand: map[string]Body{
		"one_of_many_takes_a_name": oneTakesTheName,
	}})
}

// oneOfEight calls a function eight times at once: one is to succeed, the others to be told that
// the name is taken.
func oneOfEight(do func(number int) error) error {
	var succeeded atomic.Int32
	err := each(8, func(number int) error {
		err := do(number)
		if err == nil {
			succeeded.Add(1)
		} else if !errors.Is(err, contracts.ErrAlreadyExists) {
			return fmt.Errorf("one of many ends with %w", err)
		}
		return nil
	})
	if err == nil && succeeded.Load() != 1 {
		return fmt.Errorf("%d of eight got the name", succeeded.Load())
	}
	return err
}

func oneGetsTheName(c *Case) error {
	dir := Given[contracts.TempDir](c, "dir")
	return oneOfEight(func(number int) error {
		if number%2 == 0 {
			_, err := dir.CreateFile("name", contracts.TempDirCreateFileOptions{})
			return err
		}
		_, err := dir.CreateSubdir("name")
		return err
	})
}

func oneTakesTheName(c *Case) error {
	probe := Given[*Probe](c, "probe")
	return oneOfEight(func(int) error {
		_, err := c.Do("registry", "register", Values{"name": "pool", "resource": probe})
		return err
	})
}

func removesLateWriters(c *Case) error {
	parent, err := c.Do("parent", "path", nil)
	if err != nil {
		return err
	}
	folder := fmt.Sprint(parent)
	for range 5 {
		made, err := c.Make("TempDir", Values{"parent": folder})
		if err != nil {
			return err
		}
		if err := closeAmidWriting(c, made.(contracts.TempDir).Path(), made); err != nil {
			return err
		}
	}
	if _, err := c.Do("dir", "close", nil); err != nil {
		return err
	}
	left, err := os.ReadDir(folder)
	if err == nil && len(left) > 0 {
		return fmt.Errorf("%v is left", left)
	}
	return err
}

// closeAmidWriting closes a directory while another goroutine writes into it until it fails.
func closeAmidWriting(c *Case, path string, dir any) error {
	first, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for number := 0; ; number++ {
			inside := filepath.Join(path, fmt.Sprint("late", number))
			err := os.Mkdir(inside, 0o700)
			if err == nil {
				err = os.WriteFile(filepath.Join(inside, "file"), []byte("late"), 0o600)
			}
			if number == 0 {
				close(first)
			}
			if err != nil {
				return
			}
		}
	}()
	<-first
	on := binding{dir, &typeTree{kind: "subject", name: "TempDir"}}
	result := c.x.closeObject(c.Context(), on)
	<-ended
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is left", filepath.Base(path))
	}
	return errors.Join(result.err, result.fault)
}
