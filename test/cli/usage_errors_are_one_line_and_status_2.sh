# SPDX-License-Identifier: MIT
. "$SOURCE/test/t.sh"

expect_refusal 2 "no command" "$uctx"
expect_refusal 2 "'nosuch'" "$uctx" nosuch
expect_refusal 2 "'--nosuch'" "$uctx" --nosuch
expect_refusal 2 "no program" "$uctx" run
expect_refusal 2 "no program" "$uctx" run --
expect_refusal 2 "'--nosuch'" "$uctx" run --nosuch true
expect_refusal 2 "'-x'" "$uctx" run -x true
expect_refusal 2 "'maybe'" "$uctx" run --sigmask=maybe true
expect_refusal 2 "needs a value" "$uctx" run --sigmask
expect_refusal 1 "standard output" sh -c '"$0" --help >/dev/full' "$uctx"

for help in --help "run --help"; do
    try "$uctx" $help
    expect_eq "$status:$err" "0:" "status and errors of uctx $help"
    expect_eq "$(sed -n 1p "$tmp/out" | cut -c1-12)" "usage: uctx " \
        "first words of uctx $help"
done
try "$uctx" --version
version=$(sed -n 's/^project(uctx VERSION \([0-9.]*\).*/\1/p' \
    "$SOURCE/CMakeLists.txt")
expect_eq "$status:$out" "0:uctx $version" "status and output of --version"
