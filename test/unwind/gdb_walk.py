# SPDX-License-Identifier: MIT
# Run by gdb: stop before every instruction of ours, and look at the backtrace.
import re

import gdb

PUBLIC = "getcontext", "setcontext", "swapcontext", "makecontext"
LOCAL = "uctx_start", "ask_mask", "resume_with_mask", "resume_kernel_frame"
# Where the stacks of the program end.  What the libc has above main and above
# a thread's first function is its own affair.
ENDS = "main", "run", "uctx_start"
GOOD_REASONS = gdb.FRAME_UNWIND_NO_REASON, gdb.FRAME_UNWIND_OUTERMOST

failures = 0
visited = {}  # address: how often
ends = set()  # (function, end of its stack)
function_at = {}


def fail(why):
    global failures
    failures += 1
    if failures <= 5:
        print(why)
        print(gdb.execute("x/i $pc", to_string=True), end="")
        print(gdb.execute("bt", to_string=True))


def check():
    frame, names = gdb.newest_frame(), []
    while frame is not None and len(names) < 50:
        names.append(frame.name())
        last, frame = frame, frame.older()
        if names[-1] in ("main", "run"):
            frame = None
    reason = last.unwind_stop_reason()
    if None in names:
        fail("a frame has no name: %s" % names)
    elif names[-1] not in ENDS or any(name in names[:-1] for name in ENDS):
        fail("the stack does not end at a start: %s" % names)
    elif reason not in GOOD_REASONS:
        fail("it ends because: " + gdb.frame_stop_reason_string(reason))
    elif re.search(r"\?\?|corrupt|Backtrace stopped|Cannot access",
                   gdb.execute("bt %d" % len(names), to_string=True)):
        fail("bt complains")
    pc = gdb.newest_frame().pc()
    ends.add((function_at.get(pc, names[0]), names[-1]))


class Stop(gdb.Breakpoint):
    def stop(self):
        pc = gdb.newest_frame().pc()
        visited[pc] = visited.get(pc, 0) + 1
        check()
        return False  # and on


def stop_in(function, where):
    text = gdb.execute("disassemble " + where, to_string=True)
    for at in re.findall(r"^[ =>]*(0x[0-9a-f]+)", text, re.M):
        function_at[int(at, 16)] = function
        Stop("*" + at, internal=True)


def walk():
    gdb.execute("set pagination off")
    gdb.execute("set confirm off")
    try:
        gdb.execute("tbreak main", to_string=True)
        gdb.execute("run", to_string=True)
        gdb.newest_frame()
    except gdb.error as error:
        print("skipped: gdb cannot run a program here:", error)
        return 77
    # The libc has functions of the same names: the program knows which it uses.
    for i, function in enumerate(PUBLIC):
        stop_in(function, "((void **)&functions)[%d]" % i)
    for function in LOCAL:
        stop_in(function, function)
    Stop("break_here", internal=True)
    gdb.execute("continue", to_string=True)

    # Of a switch, its caller and its target: the program and a context.
    wanted = {(function, end) for function in ("swapcontext", "setcontext")
              for end in ("main", "uctx_start")}
    wanted |= {("uctx_start", "uctx_start"), ("break_here", "uctx_start")}
    if wanted - ends:
        print("never seen, a function and where its stack ends:", wanted - ends)
        return 1
    print("%d stops at %d instructions, %d wrong" %
          (sum(visited.values()), len(visited), failures))
    return 1 if failures else 0


gdb.execute("quit %d" % walk())
