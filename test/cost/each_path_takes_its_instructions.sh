# SPDX-License-Identifier: MIT
# callgrind counts the instructions of each path, which no noise changes: one
# more is a failure, and so is one less, until test/cost/<arch>.instructions has
# the new number; it says what is counted.
# Build: TIMEOUT 300
. "$SOURCE/test/t.sh"
need_plain_build
need valgrind strip
arch=$("$BUILD/bin/uctx" info | sed -n 's/^architecture *//p')
[ -n "$arch" ] || skip "this machine cannot run $BUILD/bin/uctx"
table=$SOURCE/test/cost/$arch.instructions
[ -f "$table" ] || skip "no instructions are counted for $arch"
unset LD_PRELOAD UCTX_SIGMASK || :

[ -n "$(cached UCTX_LIBC_HAS_CONTEXTS)" ] || skip "this libc has no contexts"
case "$(cached CMAKE_C_FLAGS)" in
*-flto*) skip "functions are not where callgrind looks for them" ;;
esac
compiler=gcc
case $($CC --version) in *clang*) compiler=clang ;; esac
compiler=$compiler-$($CC -dumpversion | sed 's/\..*//')
case "$(cached CMAKE_BUILD_TYPE):$(cached CMAKE_C_FLAGS)" in
RelWithDebInfo: | "None:-g -O2") ;;
*) compiler=other ;; # flags that make other code of C
esac

# Rounded: starting takes a few more or less each time.
# The programs lie where no library does: what they execute is not ours.  (A
# function that is left by a jump goes on, for callgrind, in its caller.)
far='-O2 -no-pie -Wl,-Ttext-segment=0x40000000'
for library in "$BUILD"/lib/libuctx.so* "$BUILD"/lib/libuctx_posix.so*; do
    strip -g "$library" -o "$work/${library##*/}" || exit 1 # not all DWARF is
done                                                        # known to valgrind
native="$SOURCE/test/cost/program/native.c -I$SOURCE/include -L$work -luctx"
$CC $far "$SOURCE/test/cost/program/posix.c" -o "$work/posix" &&
    $CC $far -DUCTX_NO_INLINE $native -o "$work/called" &&
    $CC $far $native -o "$work/inline" || exit 1
LD_LIBRARY_PATH=$work
export LD_LIBRARY_PATH

# run <program> <mode> <path> <n>: the instructions in makecontext, those in
# the program, and all others.
run()
{
    preload=
    [ "$1" != posix ] || preload=$work/libuctx_posix.so
    LD_PRELOAD=$preload UCTX_SIGMASK=$2 valgrind -q --tool=callgrind \
        --dump-instr=yes --compress-strings=no --compress-pos=no \
        --callgrind-out-file="$work/out" "$work/$1" "$3" "$4" || return 1
    awk '/^fn=/ { make = /^fn=makecontext/ }
        /^calls=/ { getline; next }
        /^0x/ { n[make ? "make" : /^0x4......./ ? "program" : "other"] += $3 }
        END { print n["make"] + 0, n["program"] + 0, n["other"] + 0 }' \
        "$work/out"
}

run posix ignore get 1 >/dev/null 2>&1 || skip "valgrind cannot run here"
counted=0
while read -r program mode path expected only; do
    case $program in '' | '#'*) continue ;; esac
    case $only in '' | "$compiler") ;; *) continue ;; esac
    case $program:$path in
    posix:make) way=life what='$1' ;;
    inline:*) way=$path what='$2 + $3' ;;
    *) way=$path what='$3' ;;
    esac
    is=$({ run "$program" "$mode" "$way" 100
        run "$program" "$mode" "$way" 1100; } |
        awk "{ n[NR] = $what } END { printf \"%.0f\", (n[2] - n[1]) / 1000 }")
    [ "$is" = "$expected" ] ||
        fail "$program $mode $path: $is instructions, not $expected"
    counted=$((counted + 1))
done <"$table"
[ $counted -gt 0 ] || fail "$table has no line"
