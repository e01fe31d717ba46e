package sleepers_test

import (
	"errors"
	"slices"
	"testing"

	"go.dagstack.dev/resources/internal/sleepers"
)

// ended tells which of these waits have had their turn.
func ended(waits ...*sleepers.Wait) []int {
	var numbers []int
	for i, wait := range waits {
		select {
		case <-wait.Turn:
			numbers = append(numbers, i)
		default:
		}
	}
	return numbers
}

func TestEachHasItsTurnWhenTheOneBeforeHasLeft(t *testing.T) {
	t.Parallel()
	var queue sleepers.Queue
	var waits []*sleepers.Wait
	for _, deadline := range []uint64{30, 10, 20, 10, 40} {
		waits = append(waits, queue.Add(deadline))
	}
	queue.Wake(9)
	if got := ended(waits...); got != nil {
		t.Fatalf("%v woke too early", got)
	}
	queue.Wake(30)
	if queue.Sleeping() != 1 || queue.Waking() != 4 {
		t.Fatalf("%d sleep and %d wake", queue.Sleeping(), queue.Waking())
	}
	done := []int{}
	for _, next := range []int{1, 3, 2, 0} {
		done = append(done, next)
		slices.Sort(done)
		if got := ended(waits...); !slices.Equal(got, done) {
			t.Fatalf("%v had their turn, not %v", got, done)
		}
		queue.Leave(waits[next])
	}
	if deadline, ok := queue.Next(); deadline != 40 || !ok {
		t.Errorf("the next deadline is %d, %v", deadline, ok)
	}
}

func TestWhoGivesUpHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	var queue sleepers.Queue
	first, second, third, asleep := queue.Add(1), queue.Add(2), queue.Add(3), queue.Add(9)
	queue.Wake(3)
	queue.Leave(second)
	queue.Leave(asleep)
	if got := ended(first, second, third); !slices.Equal(got, []int{0}) {
		t.Fatalf("%v had their turn", got)
	}
	queue.Leave(first)
	if got := ended(third); got == nil {
		t.Fatal("the third one never has its turn")
	}
	queue.Leave(third)
	queue.Leave(third)
	if _, ok := queue.Next(); ok || queue.Sleeping()+queue.Waking() != 0 {
		t.Error("somebody is left")
	}
}

func TestFailingEndsAllInOrder(t *testing.T) {
	t.Parallel()
	var queue sleepers.Queue
	late, early := queue.Add(2), queue.Add(1)
	reason := errors.New("closed")
	queue.Fail(reason)
	if got := ended(early, late); !slices.Equal(got, []int{0}) || early.Err != reason {
		t.Fatalf("%v had their turn (%v)", got, early.Err)
	}
	queue.Leave(early)
	if ended(late) == nil || late.Err != reason {
		t.Errorf("the late one ended with %v", late.Err)
	}
}
