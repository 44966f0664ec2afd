# SPDX-License-Identifier: MIT
# Each figure is of something that happened: with a swapcontext, or a
# getcontext, that does nothing the program says so and ends.
. "$SOURCE/test/cli.sh"
bench=$BUILD/libexec/uctx/bench
[ -x "$bench/posix" ] || skip "this libc has no contexts"

cat >"$tmp/fake.c" <<'END'
int swapcontext(void *from, void *to);
int swapcontext(void *from, void *to)
{
    (void)from;
    (void)to;
    return 0;
}
int getcontext(void *to);
int getcontext(void *to)
{
    (void)to;
    return 1;
}
END
$CC -shared -fPIC "$tmp/fake.c" -o "$tmp/fake.so"

for figure in switch deep/2 yield life guarded get many/2; do
    try "$bench/posix" $figure 3 100
    expect_eq "$status:$err" 0: "status and errors of $figure"
    expect_eq "$(echo "$out" | cut -d' ' -f1-2)" "$figure ns" "what was measured"
    expect_eq "$(echo "$out" | wc -w)" 5 "words of $figure"
    try env LD_PRELOAD="$tmp/fake.so" "$bench/posix" $figure 3 100
    expect_eq "$status" 1 "status of $figure if nothing happens"
    expect_eq "$(echo "$err" | sed 's/[0-9][0-9]*/N/g')" \
        "posix: counted N, not N" "complaint of $figure"
done

# Every figure of every program: its name, its unit, and a value a round.
for program in "$bench"/*; do
    for figure in $("$program"); do
        words=4
        case $figure in
        deep) figure=$figure/2 ;;
        many) figure=$figure/100 ;;
        resident | tables | maps) figure=$figure/100 words=3 ;;
        esac
        try "$program" $figure 2 100
        expect_eq "$status:$err" 0: "status and errors of ${program##*/} $figure"
        expect_eq "$(echo "$out" | wc -w)" $words "words of $out"
    done
done
expect_eq "$("$bench/native" nosuch 1 1 2>&1 || echo $?)" \
    "native: no such figure
1" "what it says of nosuch"
