# SPDX-License-Identifier: MIT
# gdb/uctx.py lists the live contexts and walks the suspended ones, native and
# ucontext_t; in a process and in its core file, with the library linked
# statically and shared, and without its debug information.  musl has none of
# the four functions, which it needs, too.
#
# Build: NOT_UNDER musl
. "$SOURCE/test/t.sh"
need gdb
[ -z "$EMULATOR" ] || skip "gdb does not follow an emulator"
need_plain_build

cat >"$work/commands" <<'END_GDB'
info uctx
uctx bt sleeper
uctx bt &own
uctx bt posix
uctx bt busy
END_GDB
cat >"$work/more" <<'END_GDB'
uctx frame 2 sleeper
print local
uctx frame
next
uctx frame 1 &posix
print local
continue
END_GDB

# names <context>: the functions in its backtrace, as gdb said.
names()
{
    awk -v context="$1" '/^== / { on = $2 == context; next }
        on && /^#/ { sub(/^#[0-9]+ +(0x[0-9a-f]+ in )?/, ""); print $1 }' \
        "$work/said" | xargs
}

# expect <what> <is> <ought to be>
expect()
{
    [ "$2" = "$3" ] || fail "$how: $1 is '$2', not '$3'"
}

# look <gdb argument>...: run the commands, `== <context>` before each `bt`.
look()
{
    sed 's/^uctx bt &*\(.*\)/echo == \1\\n\n&/' "$work/commands" >"$work/script"
    gdb -nx -batch -ex 'set width 0' "$@" >"$work/said" 2>&1
    ! grep -q 'ptrace: Operation not permitted' "$work/said" || skip "no ptrace"

    grep '^0x' "$work/said" >"$work/contexts"
    expect "new contexts that would end" "$(grep -c ' new .* ends$' \
        "$work/contexts")" 1000
    expect "the others" "$(grep -v ' new .* ends$' "$work/contexts" |
        awk '{ print $2, $4, $5 }' | tr -d , | xargs)" \
        "suspended sleeper sleeps new - sleeps done - ends running - looks"
    expect "their number" "$(grep -c '^1004 contexts$' "$work/said")" 1
    for context in sleeper own; do
        expect "$context" "$(names $context | sed 's/^uctx_[a-z_]* //
            s/^?? //
            s/ sleeps .*/ sleeps/')" "deep deep deep deep sleeps"
    done
    expect posix "$(names posix | sed 's/ posix_entry .*/ posix_entry/')" \
        "posix_deep posix_deep posix_deep posix_entry"
    grep -q '^the context is running' "$work/said" || fail "$how: busy does not run"
}

program=$SOURCE/test/native/program/suspended.c
for how in static shared; do
    case $how in
    static) optimise=-O1 libraries="$BUILD/lib/libuctx.a $BUILD/lib/libuctx_posix.a" ;;
    shared) # and every frame hangs on its frame pointer
        optimise=-O0
        for library in "$BUILD"/lib/libuctx.so.0 "$BUILD"/lib/libuctx_posix.so.0
        do
            "$(cached CMAKE_OBJCOPY)" --strip-unneeded "$library" \
                "$work/${library##*/}"
        done
        libraries="$work/libuctx.so.0 $work/libuctx_posix.so.0 -Wl,-rpath,$work"
        ;;
    esac
    $CC $(cached CMAKE_C_FLAGS) -g $optimise -I"$SOURCE/include" "$program" \
        -o "$work/suspended" $libraries -pthread || { fail "$how"; continue; }
    # gdb itself writes no memory to a core file beyond a guard of the other kind.
    look -ex "source $SOURCE/gdb/uctx.py" -ex 'break look_here' \
        -ex 'set environment UCTX_GUARD mprotect' -ex run \
        -x "$work/script" -ex "generate-core-file $work/core" \
        -x "$work/more" "$work/suspended"
    expect "local in two frames" \
        "$(sed -n 's/^\$[12] = //p' "$work/said" | xargs)" "11 7"
    grep -q 'exited normally' "$work/said" || fail "$how: the program suffered"
    how="$how, core file"
    look -ex "source $SOURCE/gdb/uctx.py" -x "$work/script" "$work/suspended" \
        "$work/core"
done
