//go:build unix

package resources_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.dagstack.dev/contracts"
)

func mkfifo(path string) error { return syscall.Mkfifo(path, 0o600) }

// inAnotherProcess names what a copy of the test program is to do, and where.
const (
	roleVariable  = "DAGSTACK_TEST_ROLE"
	placeVariable = "DAGSTACK_TEST_PLACE"
)

// startAnother runs a copy of the test program that only plays a role, see TestRole.
func startAnother(t *testing.T, role, place string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	another := exec.Command(os.Args[0], "-test.run=^TestRole$")
	another.Env = append(os.Environ(), roleVariable+"="+role, placeVariable+"="+place)
	another.Stderr = os.Stderr
	output, err := another.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := another.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = another.Process.Kill()
		_ = another.Wait()
	})
	return another, bufio.NewReader(output)
}

// TestRole is no test by itself.
func TestRole(t *testing.T) {
	place := os.Getenv(placeVariable)
	switch role := os.Getenv(roleVariable); role {
	case "":
		t.Skip("only for copies of the test program")
	case "writer":
		writeForEver(t, place)
	case "full disk":
		writeTooMuch(t, place)
	case "tmpdir":
		holdATempDir(t, place)
	case "umask":
		makeUnderAUmask(t, place)
	default:
		t.Fatalf("no role %s", role)
	}
}

// blob makes a blob that shows whether it is whole, and which one it is.
func blob(number uint64) []byte {
	body := binary.BigEndian.AppendUint64(nil, number)
	body = append(body, strings.Repeat(string(rune('a'+number%26)), []int{0, 99, 70_000}[number%3])...)
	return append(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)), body...)
}

func numberOf(t *testing.T, data []byte) uint64 {
	t.Helper()
	if len(data) < 12 || crc32.ChecksumIEEE(data[4:]) != binary.BigEndian.Uint32(data) {
		t.Fatalf("a torn blob of %d bytes", len(data))
	}
	return binary.BigEndian.Uint64(data[4:])
}

// writeForEver writes until it is killed, and says the number of each blob once it is stored.
func writeForEver(t *testing.T, place string) {
	root, who, _ := strings.Cut(place, "|")
	store := openStore(t, root)
	none := contracts.BlobStorePutOptions{}
	for number := uint64(time.Now().UnixNano()); ; number++ {
		if err := store.Put(context.Background(), "own/"+who, blob(number), none); err != nil {
			t.Fatal(err)
		}
		fmt.Println(number)
		if err := store.Put(context.Background(), "shared/one", blob(number), none); err != nil {
			t.Fatal(err)
		}
		if err := store.Put(context.Background(), fmt.Sprintf("fresh/%s/%d/x", who, number), blob(number), none); err != nil {
			t.Fatal(err)
		}
		if err := store.Delete(context.Background(), fmt.Sprintf("fresh/%s/%d/x", who, number-1)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKilledWritersLeaveWholeBlobs(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	rounds := 15
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		promised := map[string]uint64{}
		writers := map[string]*exec.Cmd{}
		outputs := map[string]*bufio.Reader{}
		for _, who := range []string{"a", "b"} {
			writers[who], outputs[who] = startAnother(t, "writer", root+"|"+who)
		}
		for who, output := range outputs {
			if _, err := fmt.Fscanln(output, new(uint64)); err != nil {
				t.Fatalf("writer %s: %v", who, err)
			}
		}
		time.Sleep(time.Duration(rand.IntN(15_000)) * time.Microsecond) // any moment will do
		for _, writer := range writers {
			_ = writer.Process.Kill()
		}
		for who, output := range outputs {
			for {
				var number uint64
				if _, err := fmt.Fscanln(output, &number); err != nil {
					break
				}
				promised[who] = number
			}
			_ = writers[who].Wait()
		}

		store := openStore(t, root)
		if litter, err := os.ReadDir(filepath.Join(root, "%tmp")); err != nil || len(litter) > 0 {
			t.Fatalf("round %d left %v (%v)", round, litter, err)
		}
		for _, key := range list(t, store, "") {
			number := numberOf(t, []byte(get(t, store, key)))
			if who, own := strings.CutPrefix(key, "own/"); own && number < promised[who] {
				t.Errorf("%s holds %d, but %d was stored", key, number, promised[who])
			}
			if strings.HasPrefix(key, "fresh/") {
				if err := store.Delete(t.Context(), key); err != nil {
					t.Error(err)
				}
			}
		}
		if there, err := store.Exists(t.Context(), "own/a"); !there || err != nil {
			t.Errorf("a key is lost (%v)", err)
		}
	}
}

// writeTooMuch writes a file that the system refuses half-way.
func writeTooMuch(t *testing.T, root string) {
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 20_000, Max: 20_000}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	store := openStore(t, root)
	err := store.Put(context.Background(), "a", make([]byte, 100_000), contracts.BlobStorePutOptions{})
	fmt.Println(errors.Is(err, contracts.ErrBackendFailed), errors.Is(err, syscall.EFBIG))
}

func TestAFullDiskLeavesTheOldBlob(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	store := openStore(t, root)
	put(t, store, "a", "old")
	_, output := startAnother(t, "full disk", root)
	if line, err := output.ReadString('\n'); line != "true true\n" {
		t.Errorf("the writer said %q (%v)", line, err)
	}
	_, _ = io.Copy(io.Discard, output)
	if got := get(t, store, "a"); got != "old" {
		t.Errorf("it holds %d bytes", len(got))
	}
	if litter, _ := os.ReadDir(filepath.Join(root, "%tmp")); len(litter) > 0 {
		t.Errorf("left are %v", litter)
	}
}

// holdATempDir fills a temporary directory until it is killed.
func holdATempDir(t *testing.T, parent string) {
	dir := newTempDir(t, parent)
	write(t, "x", dir.Path(), "deep", "file")
	fmt.Println(dir.Path())
	for i := 0; ; i++ {
		if _, err := dir.CreateSubdir(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatKilledProcessesLeftIsSwept(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	holder, output := startAnother(t, "tmpdir", parent)
	line, err := output.ReadString('\n')
	path := strings.TrimSuffix(line, "\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := newTempDir(t, parent).Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("what a living process holds was swept: %v", err)
	}
	_ = holder.Process.Kill()
	_ = holder.Wait()
	if got := namesIn(t, parent); len(got) != 1 {
		t.Fatalf("the killed process left %q", got)
	}
	if err := newTempDir(t, parent).Close(); err != nil {
		t.Error(err)
	}
	if got := namesIn(t, parent); len(got) > 0 {
		t.Errorf("left are %q", got)
	}
}

// makeUnderAUmask says which modes come out, in a process of its own as the umask is its own.
func makeUnderAUmask(t *testing.T, place string) {
	parent, octal, _ := strings.Cut(place, "|")
	var umask int
	if _, err := fmt.Sscanf(octal, "%o", &umask); err != nil {
		t.Fatal(err)
	}
	syscall.Umask(umask)
	dir := newTempDir(t, parent)
	file, err := dir.CreateFile("file", contracts.TempDirCreateFileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := dir.CreateSubdir("folder")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir.Path(), file, folder} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%o ", info.Mode().Perm())
	}
	fmt.Println()
}

func TestModesDoNotDependOnTheUmask(t *testing.T) {
	t.Parallel()
	for _, umask := range []string{"0", "22", "77", "277", "777"} {
		if portable && umask > "2" && umask != "77" {
			continue // where a folder that is shut cannot be opened again safely
		}
		_, output := startAnother(t, "umask", t.TempDir()+"|"+umask)
		if line, err := output.ReadString('\n'); line != "700 600 700 \n" {
			t.Errorf("under %s the modes are %q (%v)", umask, line, err)
		}
	}
}
