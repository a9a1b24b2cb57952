"""Whether something is a trace that Perfetto and chrome://tracing show as it is meant.

The format: docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
"""

import collections

KEYS = {"M": {"name", "args"}, "X": {"cat", "name", "ts", "dur", "args"},
        "s": {"cat", "name", "id", "ts"}, "t": {"cat", "name", "id", "ts"},
        "f": {"cat", "name", "id", "ts", "bp"}}


def track_faults(slices):
    """Slices of a track lie behind each other."""
    slices = sorted(slices, key=lambda e: (e["ts"], e["ts"] + e["dur"]))
    return [f"{a} overlaps {b}" for a, b in zip(slices, slices[1:])
            if a["ts"] + a["dur"] > b["ts"]]


def flow_faults(flows, starts):
    """Each has a beginning and one end, in this order, each within a slice of its track."""
    faults = []
    for steps in flows.values():
        order = "".join(s["ph"] for s in steps)
        if order not in ("sf", "stf"):
            faults.append(f"a flow of {order}: {steps}")
        for step in steps:
            if step["ts"] not in starts[step["tid"]]:
                faults.append(f"{step} is in no slice")
    return faults


def faults_of(trace):
    """What is wrong with it, in lines; its tracks' names and slices; its flows by id."""
    faults, names = [], {}
    slices, flows = collections.defaultdict(list), collections.defaultdict(list)
    for event in trace["traceEvents"]:
        ph = event["ph"]
        if set(event) != KEYS[ph] | {"ph", "pid", "tid"} or event["pid"] != 1:
            faults.append(f"the keys of {event}")
        if ph == "M" and event["name"] == "thread_name":
            names[event["tid"]] = event["args"]["name"]
        if ph == "X":
            slices[event["tid"]].append(event)
            if not event["ts"] >= 0 or not event["dur"] >= 0:
                faults.append(f"the times of {event}")
        if ph in "stf":
            flows[event["id"]].append(event)
    for events in slices.values():
        faults += track_faults(events)
    starts = {tid: {e["ts"] for e in events} for tid, events in slices.items()}
    faults += flow_faults(flows, starts)
    faults += [f"track {tid} has no name" for tid in slices if tid not in names]
    return faults, names, slices, flows

