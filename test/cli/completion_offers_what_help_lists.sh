# SPDX-License-Identifier: MIT
. "$SOURCE/test/cli.sh"
command -v bash >/dev/null || skip "no bash"

# offers <word>...: what bash completes the last word to, on one line.
offers()
{
    bash -c '. "$SOURCE/tool/completion.bash"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _uctx 2>/dev/null
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort -u | xargs
}

expect_eq "$(offers "$uctx" --)" "--help --version" "options"
for command in $("$uctx" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
do
    expect_eq "$(offers "$uctx" "${command%?}")" "$command" "${command%?}"
done
expect_eq "$(offers "$uctx" ru)" run "ru"
expect_eq "$(offers "$uctx" run --sig)" --sigmask= "run --sig"
expect_eq "$(offers "$uctx" run --re)" --report "run --re"
expect_eq "$(offers "$uctx" run --sigmask =)" "exact ignore tracked" "--sigmask="
expect_eq "$(offers "$uctx" run --sigmask = e)" exact "run --sigmask=e"
expect_eq "$(offers "$uctx" run --sigmask = exact realpat)" realpath \
    "run --sigmask=exact realpat"
expect_eq "$(offers "$uctx" run -- realpat)" realpath "run -- realpat"
expect_eq "$(offers "$uctx" run realpath --rep)" "" "run realpath --rep"
