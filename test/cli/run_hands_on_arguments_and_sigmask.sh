# SPDX-License-Identifier: MIT
. "$SOURCE/test/t.sh"

try "$uctx" run sh -c 'echo "$0:$1:$2:${UCTX_SIGMASK-unset}"' --report "a b" ''
expect_eq "$out" "--report:a b::unset" "what the program gets"

for mode in tracked exact ignore; do
    try "$uctx" run --sigmask=$mode sh -c 'echo $UCTX_SIGMASK'
    expect_eq "$out" $mode "UCTX_SIGMASK"
done
try env UCTX_SIGMASK=ignore "$uctx" run sh -c 'echo $UCTX_SIGMASK'
expect_eq "$out" ignore "UCTX_SIGMASK of the environment"
