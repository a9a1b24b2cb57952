// Gio's router: what it takes to queue a move over that many areas; see ../input.
package main

import (
	"fmt"
	"image"
	"os"
	"runtime"
	"strconv"
	"syscall"

	"gioui.org/f32"
	"gioui.org/io/event"
	"gioui.org/io/input"
	"gioui.org/io/pointer"
	"gioui.org/op"
	"gioui.org/op/clip"
)

const (
	side  = 1000
	batch = 8
)

// The same square of areas as ../subjects/mouse.c has.
func frame(ops *op.Ops, tags []int) {
	rows := 1
	for rows*rows < len(tags) {
		rows++
	}
	size := side / rows
	for i := range tags {
		x, y := size*(i%rows), size*(i/rows)
		area := clip.Rect(image.Rect(x, y, x+size, y+size)).Push(ops)
		event.Op(ops, &tags[i])
		area.Pop()
	}
}

func take(r *input.Router, tags []int) int {
	n := 0
	for i := range tags {
		for {
			_, ok := r.Event(pointer.Filter{Target: &tags[i], Kinds: pointer.Press |
				pointer.Release | pointer.Move | pointer.Drag | pointer.Enter | pointer.Leave})
			if !ok {
				break
			}
			n++
		}
	}
	return n
}

// Of the processor, which others use, too.
func spent() int64 {
	const thread = 1 // RUSAGE_THREAD
	var usage syscall.Rusage
	syscall.Getrusage(thread, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	runtime.LockOSThread()
	areas, _ := strconv.Atoi(os.Args[1])
	count, _ := strconv.Atoi(os.Args[2])
	tags := make([]int, areas)
	var r input.Router
	var ops op.Ops
	take(&r, tags)
	frame(&ops, tags)
	r.Frame(&ops)
	take(&r, tags)
	state, heard := uint32(1), 0
	var sum int64
	for done := 0; done < count; done += batch {
		var moves [batch]event.Event
		for i := range moves {
			state = state*1664525 + 1013904223
			moves[i] = pointer.Event{Kind: pointer.Move, Source: pointer.Mouse,
				Position: f32.Pt(float32(state>>8&0xfff)*side/4096, float32(state>>20)*side/4096)}
		}
		begin := spent()
		for i := range moves {
			r.Queue(moves[i])
		}
		sum += spent() - begin
		heard += take(&r, tags)
		r.Frame(&ops)
	}
	fmt.Printf("route %.1f heard %d\n", float64(sum)/float64(count), heard)
}
