# SPDX-License-Identifier: MIT
# Run by gdb: step from resumer() to last(), one instruction at a time, and look
# at each whole backtrace.  Prints "steps N" and "wrong N", after the wrong ones.
import gdb

gdb.execute("set pagination off")
gdb.execute("set confirm off")
gdb.execute("break resumer")
gdb.execute("run", to_string=True)
gdb.execute("delete")


def names():
    out = []
    frame = gdb.newest_frame()
    while frame is not None:
        out.append(frame.name() or "??")
        frame = frame.older()
    return out


def right(trace):
    if "??" in trace:
        return False
    if "swap_entry" in trace[1:]:  # nobody waits for it
        return trace[-1] in ("uctx_native_end", "main")
    if trace[-1] != "main":
        # A swap in or out of swap_entry: it ends at the context's start.
        return trace[-1] == "uctx_native_end" and "entry" not in trace
    if "entry" in trace:
        return "resumer" in trace[trace.index("entry"):]
    return True


steps = wrong = 0
seen = set()
while True:
    trace = names()
    if trace[0] == "last" or steps > 20000:
        break
    steps += 1
    seen.update(trace)
    if not right(trace):
        wrong += 1
        print("wrong", gdb.execute("x/i $pc", to_string=True).strip(), trace)
    gdb.execute("stepi", to_string=True)
for name in ("main", "resumer", "swapper", "entry", "swap_entry"):
    if name not in seen:
        print("never seen:", name)
        wrong += 1
print("steps", steps)
print("wrong", wrong)
gdb.execute("kill")
