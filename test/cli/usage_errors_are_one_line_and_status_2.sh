# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"

expect_refusal 2 "no command" "$uctx"
expect_refusal 2 "'nosuch'" "$uctx" nosuch
expect_refusal 2 "'--nosuch'" "$uctx" --nosuch
expect_refusal 2 "'more' is too much" "$uctx" --help more
expect_refusal 2 "'more' is too much" "$uctx" --version more
expect_refusal 2 "'a?b'" "$uctx" "a
b"
expect_refusal 2 "no program" "$uctx" run
expect_refusal 2 "no program" "$uctx" run --
expect_refusal 2 "'--nosuch'" "$uctx" run --nosuch true
expect_refusal 2 "'-x'" "$uctx" run -x true
expect_refusal 2 "'maybe'" "$uctx" run --sigmask=maybe true
expect_refusal 2 "needs a value" "$uctx" run --sigmask
for command in bench info; do
    expect_refusal 2 "'--nosuch'" "$uctx" $command --nosuch
    expect_refusal 2 "'more' is too much" "$uctx" $command more
done
for names in nosuch switch,nosuch "" switch,; do
    expect_refusal 2 "nothing is called '${names#switch,}'" \
        "$uctx" bench --only="$names"
done
expect_refusal 2 "--only needs a value" "$uctx" bench --only
expect_refusal 2 "nothing of that can be measured" \
    "$uctx" bench --only=stack,call
expect_refusal 2 "gnuplot" env PATH="$tmp" "$uctx" bench --plot="$tmp/plot.svg"
[ ! -e "$tmp/plot.svg" ] || fail "it made a file that it cannot fill"
expect_refusal 2 "leaves out" "$uctx" bench --only=idle --plot="$tmp/plot.svg"
if command -v gnuplot >/dev/null; then
    expect_refusal 2 "$tmp/no/plot.svg: No such file" \
        "$uctx" bench --plot="$tmp/no/plot.svg"
fi
expect_refusal 1 "standard output" sh -c '"$0" --help >/dev/full' "$uctx"
expect_refusal 1 "standard output" sh -c '"$0" info >/dev/full' "$uctx"
expect_refusal 1 "standard output" sh -c \
    '"$0" bench --quick --only=call,switch >/dev/full' "$uctx"
expect_refusal 1 "standard output" sh -c '"$0" info >&-' "$uctx"
expect_refusal 1 "standard output" sh -c \
    '"$0" bench --quick --only=call,switch >&-' "$uctx"

for help in --help "run --help" "bench --help" "info --help"; do
    try "$uctx" $help
    expect_eq "$status:$err" "0:" "status and errors of uctx $help"
    expect_eq "$(sed -n 1p "$tmp/out" | cut -c1-12)" "usage: uctx " \
        "first words of uctx $help"
done
try "$uctx" --version
version=$(sed -n 's/^project(uctx VERSION \([0-9.]*\).*/\1/p' \
    "$SOURCE/CMakeLists.txt")
expect_eq "$status:$out" "0:uctx $version" "status and output of --version"
