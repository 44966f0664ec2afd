# SPDX-License-Identifier: MIT
# A switch takes another way through its code in each mask mode.  On all of them
# the tests of what is not a mask pass, and those of masks unless ignored.
#
# Build: LABELS long
. "$SOURCE/test/t.sh"

run() { # <mode> <test>...
    mode=$1
    shift
    for test; do
        for link in static shared; do
            program=$BUILD/test/posix.$test.$link
            with UCTX_SIGMASK=$mode -- "$program" >"$work/out" 2>&1 ||
                fail "UCTX_SIGMASK=$mode $program: $(head -20 "$work/out")"
        done
    done
}

for mode in exact tracked ignore; do
    run $mode swap_keeps_every_callee_saved_register \
        getcontext_returns_again_with_every_callee_saved_register \
        link_return_restores_every_callee_saved_register \
        failed_switch_changes_no_callee_saved_register \
        saved_registers_lie_where_uc_mcontext_says \
        switch_keeps_every_fp_word_per_context \
        pending_fp_exception_waits_for_its_own_context \
        makecontext_passes_any_number_of_arguments \
        stack_too_small_is_refused_and_never_overrun \
        refused_context_can_be_made_again \
        copy_of_a_context_outlives_the_original \
        errno_survives_every_switch
done
for mode in exact tracked; do
    run $mode random_masks_follow_their_contexts \
        uc_link_chain_restores_each_mask \
        swap_with_itself_keeps_the_mask \
        full_mask_leaves_the_libcs_own_signals_alone \
        released_signal_is_handled_on_the_targets_stack \
        timer_handlers_switch_while_the_code_switches
done
