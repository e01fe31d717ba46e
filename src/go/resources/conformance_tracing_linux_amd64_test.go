package resources_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"go.dagstack.dev/conformance"
	"go.dagstack.dev/contracts"
	"go.dagstack.dev/resources"
)

// diskBodies are the cases that watch, or break, what a store asks of the disk. The store works in a
// copy of the test program, of which this one traces the system calls.
func diskBodies() []conformance.Option {
	return []conformance.Option{
		conformance.ByHand("a_failing_disk_leaves_the_old_blob", leavesTheOldBlob),
		conformance.ByHand("a_put_waits_for_the_disk", waitsForTheDisk),
	}
}

func init() { conformanceRoles["put"] = putTraced }

const stdout = 1

// putTraced stores a blob between two lines of output, which show the tracer when to look.
func putTraced(ctx context.Context, place string) error {
	root, expected, _ := strings.Cut(place, "|")
	store, err := resources.NewFilesystemBlobStore(root)
	if err != nil {
		return err
	}
	defer store.Close()
	_, _ = os.Stdout.WriteString("begin\n")
	err = store.Put(ctx, "a/b", []byte("new"), contracts.BlobStorePutOptions{})
	_, _ = os.Stdout.WriteString("end\n")
	var failed *contracts.BackendFailedError
	if expected == "fails" && (!errors.As(err, &failed) || failed.Operation != "put" || !errors.Is(err, syscall.ENOSPC)) {
		return fmt.Errorf("the put ends with %w", err)
	}
	if expected == "works" {
		return err
	}
	return nil
}

// systemCall is one that touches the disk.
type systemCall struct {
	name string // write, sync or rename
	path string // of the file or folder that it is about, if that is open
}

// diskCall reads a system call from the registers of a thread that is about to make it.
func diskCall(thread int, registers *syscall.PtraceRegs) (call systemCall, ok bool) {
	switch registers.Orig_rax {
	case syscall.SYS_WRITE, syscall.SYS_PWRITE64:
		call.name = "write"
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		call.name = "sync"
	case syscall.SYS_RENAME, syscall.SYS_RENAMEAT, 316: // renameat2
		return systemCall{name: "rename"}, true
	default:
		return call, false
	}
	path, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", thread, registers.Rdi))
	call.path = path
	return call, err == nil
}

// tracePut stores a blob in a copy of the test program, and returns the calls that touch the disk
// meanwhile, or lets those of one name fail.
func tracePut(c *conformance.Case, root, expected, broken string) ([]systemCall, error) {
	runtime.LockOSThread() // the tracer is a thread
	defer runtime.UnlockOSThread()
	another := asAnother(c.Context(), "put", root+"|"+expected)
	another.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := another.Start(); err != nil {
		return nil, err
	}
	process := another.Process.Pid
	defer func() { _ = another.Process.Release() }()
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(process, &status, 0, nil); err != nil {
		return nil, err
	}
	const exitKill = 0x100000 // PTRACE_O_EXITKILL
	options := syscall.PTRACE_O_TRACESYSGOOD | syscall.PTRACE_O_TRACECLONE | exitKill
	if err := syscall.PtraceSetOptions(process, options); err != nil {
		return nil, err
	}
	if err := syscall.PtraceSyscall(process, 0); err != nil {
		return nil, err
	}
	tracer := &tracer{root: root, broken: broken, inside: map[int]bool{}, failing: map[int]bool{}}
	for {
		const ofThisThread = syscall.WALL | syscall.WNOTHREAD
		thread, err := syscall.Wait4(-1, &status, ofThisThread, nil)
		if err != nil {
			return nil, err
		}
		if thread == process && (status.Exited() || status.Signaled()) {
			if status.ExitStatus() != 0 {
				return nil, fmt.Errorf("the copy of the test program ended with %d", status.ExitStatus())
			}
			return tracer.seen, nil
		}
		if status.Stopped() {
			tracer.stopped(thread, status)
		}
	}
}

// tracer follows the threads of a process from system call to system call.
type tracer struct {
	root    string
	broken  string // the name of the calls that are to fail
	marks   int    // lines of output so far
	seen    []systemCall
	inside  map[int]bool // threads within a system call
	failing map[int]bool // threads within one that is to fail
}

func (t *tracer) stopped(thread int, status syscall.WaitStatus) {
	signal := status.StopSignal()
	const systemCallStop = syscall.SIGTRAP | 0x80
	switch {
	case signal == systemCallStop:
		t.atSystemCall(thread)
		signal = 0
	case signal == syscall.SIGTRAP, signal == syscall.SIGSTOP: // of the tracing itself
		signal = 0
	}
	_ = syscall.PtraceSyscall(thread, int(signal))
}

func (t *tracer) atSystemCall(thread int) {
	var registers syscall.PtraceRegs
	if syscall.PtraceGetRegs(thread, &registers) != nil {
		return
	}
	t.inside[thread] = !t.inside[thread]
	if !t.inside[thread] {
		if t.failing[thread] {
			delete(t.failing, thread)
			code := int64(syscall.ENOSPC)
			registers.Rax = uint64(-code)
			_ = syscall.PtraceSetRegs(thread, &registers)
		}
		return
	}
	call, ok := diskCall(thread, &registers)
	switch {
	case !ok:
	case call.name == "write" && registers.Rdi == stdout:
		t.marks++
	case t.marks == 1 && (call.name == "rename" || call.path == t.root || strings.HasPrefix(call.path, t.root+"/")):
		t.seen = append(t.seen, call)
		if call.name == t.broken {
			t.failing[thread] = true
			registers.Orig_rax = ^uint64(0) // no call at all
			_ = syscall.PtraceSetRegs(thread, &registers)
		}
	}
}

func rootOf(c *conformance.Case) (string, error) {
	root, err := c.Do("folder", "path", nil)
	return fmt.Sprint(root), err
}

func leavesTheOldBlob(c *conformance.Case) error {
	root, err := rootOf(c)
	if err != nil {
		return err
	}
	store := conformance.Given[contracts.BlobStore](c, "store")
	if err := store.Put(c.Context(), "a/b", []byte("old"), contracts.BlobStorePutOptions{}); err != nil {
		return err
	}
	for _, broken := range []string{"write", "sync", "rename"} {
		seen, err := tracePut(c, root, "fails", broken)
		if err != nil {
			return fmt.Errorf("failing to %s: %w", broken, err)
		}
		if len(seen) == 0 {
			return fmt.Errorf("no call that could fail to %s was seen", broken)
		}
		if err := expectOld(c, root); err != nil {
			return fmt.Errorf("failing to %s: %w", broken, err)
		}
	}
	return nil
}

func waitsForTheDisk(c *conformance.Case) error {
	root, err := rootOf(c)
	if err != nil {
		return err
	}
	seen, err := tracePut(c, root, "works", "")
	if err != nil {
		return err
	}
	named := -1
	synced := map[string]int{}
	for i, call := range seen {
		switch {
		case call.name == "rename":
			named = i
		case call.name == "sync":
			synced[call.path] = i
		}
	}
	inStaging := false
	for path, when := range synced {
		inStaging = inStaging || filepath.Dir(path) == filepath.Join(root, "%tmp") && when < named
	}
	parent, parentSynced := synced[root]
	folder, folderSynced := synced[filepath.Join(root, "a%d")]
	if !inStaging || !parentSynced || !folderSynced || parent > folder || folder < named {
		return fmt.Errorf("the calls are %v", seen)
	}
	return nil
}
