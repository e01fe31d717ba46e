// Package sleepers keeps those who wait for moments of a clock, and wakes them in order.
package sleepers

import "container/heap"

// Queue holds the waits of one clock. It is not safe for concurrent use: the clock's own lock
// guards it. The zero value is empty.
//
// Waking in order takes more than waking one after the other, as goroutines that become ready may
// run in any order. So each wait that is woken gets a turn, and the next one gets its turn when the
// one before has left.
type Queue struct {
	sleeping byDeadline
	woken    []*Wait
	begun    uint64
}

// Wait is one goroutine's wait. The goroutine receives from Turn and then calls [Queue.Leave].
type Wait struct {
	// Turn is closed when the wait has ended and it is this wait's turn to leave.
	Turn <-chan struct{}

	// Err is why the wait ended, nil if its moment has come; to be read after Turn was closed.
	Err error

	turn     chan struct{}
	deadline uint64
	number   uint64
	index    int // in sleeping, or -1
}

// Add begins a wait for a moment of the clock.
func (q *Queue) Add(deadline uint64) *Wait {
	turn := make(chan struct{})
	wait := &Wait{Turn: turn, turn: turn, deadline: deadline, number: q.begun}
	q.begun++
	heap.Push(&q.sleeping, wait)
	return wait
}

// Next returns the earliest deadline of those who sleep, if anybody does.
func (q *Queue) Next() (deadline uint64, ok bool) {
	if len(q.sleeping) == 0 {
		return 0, false
	}
	return q.sleeping[0].deadline, true
}

// Sleeping returns how many sleep and have not been woken.
func (q *Queue) Sleeping() int {
	return len(q.sleeping)
}

// Waking returns how many have been woken and have not left yet.
func (q *Queue) Waking() int {
	return len(q.woken)
}

// Wake ends the waits whose deadline is not after now.
func (q *Queue) Wake(now uint64) {
	for len(q.sleeping) > 0 && q.sleeping[0].deadline <= now {
		q.end(nil)
	}
}

// Fail ends all waits with an error.
func (q *Queue) Fail(err error) {
	for len(q.sleeping) > 0 {
		q.end(err)
	}
}

// Leave forgets a wait, whether it has ended or its goroutine gave it up.
func (q *Queue) Leave(wait *Wait) {
	if wait.index >= 0 {
		heap.Remove(&q.sleeping, wait.index)
		return
	}
	for i, woken := range q.woken {
		if woken != wait {
			continue
		}
		if i > 0 {
			q.woken = append(q.woken[:i], q.woken[i+1:]...)
			return
		}
		q.woken[0] = nil
		q.woken = q.woken[1:]
		if len(q.woken) > 0 {
			close(q.woken[0].turn)
		}
		return
	}
}

func (q *Queue) end(err error) {
	wait := heap.Pop(&q.sleeping).(*Wait)
	wait.Err = err
	q.woken = append(q.woken, wait)
	if len(q.woken) == 1 {
		close(wait.turn)
	}
}

// byDeadline is a heap with the earliest deadline first; of equal ones, the wait that began first.
type byDeadline []*Wait

func (h byDeadline) Len() int { return len(h) }

func (h byDeadline) Less(i, j int) bool {
	if h[i].deadline != h[j].deadline {
		return h[i].deadline < h[j].deadline
	}
	return h[i].number < h[j].number
}

func (h byDeadline) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *byDeadline) Push(x any) {
	wait := x.(*Wait)
	wait.index = len(*h)
	*h = append(*h, wait)
}

func (h *byDeadline) Pop() any {
	last := len(*h) - 1
	wait := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	wait.index = -1
	return wait
}
