# SPDX-License-Identifier: MIT
# At each instruction of the switches, called and inlined, gdb's backtrace is
# right: in a resumed context it goes on to the resumer and main.
#
# Build: LABELS long TIMEOUT 300 NOT_UNDER qemu
set -u
command -v gdb >/dev/null || { echo "skipped: no gdb"; exit 77; }
status=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
for cc in gcc clang; do
    command -v $cc >/dev/null || continue
    for flags in "-O2" "-O2 -fno-omit-frame-pointer" "-O2 -DUCTX_NO_INLINE" \
        "-O0 -DUCTX_NO_INLINE" -O0; do
        $cc $flags -g -std=gnu11 -I"$SOURCE/include" \
            "$SOURCE/test/native/program/step.c" "$BUILD/lib/libuctx.a" \
            -o "$tmp/step" || exit 1
        gdb -nx -batch -x "$SOURCE/test/native/program/step.py" "$tmp/step" \
            >"$tmp/out" 2>&1
        if grep -q 'ptrace: Operation not permitted' "$tmp/out"; then
            echo "skipped: no ptrace"
            exit 77
        fi
        echo "$cc $flags: $(grep -E '^(steps|wrong) [0-9]' "$tmp/out" | xargs)"
        if ! grep -q '^wrong 0$' "$tmp/out"; then
            grep -vE '^(steps|\[|Breakpoint)' "$tmp/out" | head -20
            status=1
        fi
    done
done
exit $status
