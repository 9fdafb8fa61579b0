//! What every store must do, promise by promise.
//!
//! Each promise is a function that takes a way to a fresh, empty store. An implementation runs all of them with one
//! line: [`every_store_promise!`](crate::every_store_promise) hands their names to a macro of its tests.
//!
//! To add a promise: write the function in the file of its use case, and its name into the list. The tests below
//! fail when a name is missing from the list, and when a method of a seam is used by no promise.

use std::pin::Pin;
use std::sync::Arc;

use crate::store::Store;

pub mod accessing;
pub mod alerting;
pub mod auditing;
pub mod binding;
pub mod changing;
pub mod choosing;
pub mod configuring;
pub mod due;
mod given;
pub mod jobbing;
pub mod keeping;
pub mod lanes;
pub mod linking;
pub mod opening;
pub mod people;
pub mod raising;
pub mod receiving;
pub mod reconciling;
pub mod rereading;
pub mod settling;
pub mod sweeping;
pub mod taking_in;
pub mod viewing;
pub mod waiting;
pub mod wishing;

/// A way to fresh, empty stores. Not a type of its own for each caller: the promises are compiled here, once.
pub type Making<'m> = &'m dyn Fn() -> Pin<Box<dyn Future<Output = Arc<dyn Store>>>>;

/// Calls the macro with the names of all promises, as `file::promise`. A macro because a test must be named where it
/// is made, and no list of functions can do that.
#[macro_export]
macro_rules! every_store_promise {
    ($run:ident) => {
        $run! {
            lanes::a_lane_has_one_owner_until_its_lease_ends,
            lanes::an_owner_who_is_alive_keeps_its_leases_and_their_epochs,
            lanes::a_lease_that_its_owner_works_under_no_more_ends,
            lanes::an_owner_who_forgot_its_lane_takes_it_again_and_knows_when_its_calls_ended,
            lanes::what_owners_before_may_have_under_way_is_known_to_all_after_them,
            lanes::a_lane_given_back_is_free_at_once_and_ends_the_old_lease,
            lanes::giving_back_a_stale_lease_changes_nothing,
            lanes::after_a_take_over_the_old_owner_writes_nothing,
            lanes::lanes_are_independent,
            lanes::nodes_are_known_for_as_long_as_they_are_heard_of,
            due::due_tasks_come_with_their_records_in_order,
            due::due_shows_only_this_lanes_tasks_whose_time_has_come,
            due::open_intents_come_first,
            due::what_rests_is_never_due,
            due::the_next_due_time_is_that_of_the_earliest_task_of_the_lane,
            due::an_open_intents_time_counts_for_the_next_due_time,
            due::tasks_are_found_by_flow_record_and_kind,
            opening::opening_reserves_a_link_and_stores_the_intent,
            opening::opening_again_finds_the_same_link_and_what_fills_it,
            opening::while_a_write_is_open_nothing_is_agreed,
            opening::a_notice_has_a_link_of_its_own,
            opening::a_task_set_aside_goes_on_when_its_write_is_opened,
            opening::an_intent_stays_until_it_is_closed_or_replaced,
            opening::what_is_under_way_is_found_by_its_key,
            settling::a_settled_task_shows_what_it_came_to,
            settling::a_link_is_filled_and_agreed_upon_with_the_settlement,
            settling::what_is_not_said_of_a_link_stays,
            settling::a_target_that_needs_no_write_is_linked_by_its_source,
            settling::a_target_is_never_linked_to_two_records,
            settling::one_taken_target_does_not_stop_the_others_of_its_batch,
            settling::a_task_raised_while_it_ran_does_not_rest,
            settling::attempts_are_kept_with_their_calls,
            settling::write_backs_are_counted,
            settling::another_task_of_the_record_wants_its_newest_revision,
            settling::a_settlement_of_a_task_that_is_not_there_stores_nothing,
            settling::what_a_person_set_aside_meanwhile_stays_aside_unless_it_synced,
            waiting::a_task_that_awaits_a_link_wakes_when_it_is_filled,
            waiting::a_link_that_is_only_reserved_wakes_nobody,
            waiting::another_link_wakes_nobody,
            waiting::a_link_filled_just_before_wakes_at_once,
            waiting::a_change_wakes_a_task_that_awaits_a_link_whenever_it_comes,
            waiting::what_failed_for_want_of_a_link_runs_again_when_it_is_filled,
            waiting::what_waits_no_longer_is_not_woken,
            waiting::whoever_awaits_either_side_of_a_link_is_woken_by_it,
            waiting::a_task_that_awaits_a_line_wakes_when_the_line_is_linked,
            waiting::whoever_waits_for_a_record_that_fails_looks_again_at_once,
            waiting::whoever_begins_to_wait_as_the_record_fails_looks_again_at_once,
            waiting::what_was_skipped_beside_a_void_record_runs_again_when_that_is_in_force,
            waiting::what_tasks_wait_for_is_told_as_it_was_said,
            choosing::the_last_choice_about_a_field_counts,
            people::a_person_lets_what_stands_still_run_now,
            people::a_person_sets_failed_and_waiting_tasks_aside,
            people::what_is_set_aside_until_its_record_changes_wakes_then,
            people::a_task_with_an_open_intent_is_not_set_aside,
            people::replaying_keeps_an_open_intent,
            people::an_earlier_mapping_is_for_one_delivery,
            people::what_was_done_elsewhere_rests_until_its_record_changes,
            people::a_task_with_an_open_intent_is_not_closed,
            taking_in::a_new_record_is_stored_and_raises_its_tasks,
            taking_in::a_change_is_a_new_revision_and_raises_what_rests,
            taking_in::what_came_before_stays_readable,
            taking_in::an_older_version_is_history_only,
            taking_in::the_same_content_raises_nothing_and_its_version_is_noted,
            taking_in::being_voided_is_a_change,
            taking_in::records_without_a_version_are_compared_by_content_alone,
            taking_in::a_page_is_taken_in_order,
            taking_in::a_change_never_touches_an_open_intent_nor_an_unknown_outcome,
            taking_in::the_cursor_moves_with_its_page,
            taking_in::a_poll_of_what_is_known_leaves_no_arrival,
            taking_in::records_are_found_by_their_number,
            taking_in::an_edited_copy_holds_while_its_source_says_nothing_new,
            taking_in::reading_by_hand_discards_an_edit,
            taking_in::an_edit_that_the_source_takes_over_is_one_no_more,
            taking_in::what_was_read_under_a_lease_that_is_gone_is_not_stored,
            wishing::wishes_are_handed_out_oldest_first_and_once_each,
            wishing::a_wish_is_open_until_it_was_read,
            wishing::asking_again_while_it_is_read_asks_once_more,
            wishing::a_page_that_began_before_the_wish_does_not_close_it,
            wishing::a_changed_part_asks_for_its_whole,
            rereading::open_records_are_told_with_the_oldest_reading_first,
            rereading::whatever_reads_an_open_record_moves_it_to_the_end,
            rereading::what_is_closed_leaves_and_what_opens_again_comes_back,
            rereading::what_is_absent_twice_leaves,
            rereading::a_slice_moves_its_cursor,
            rereading::stored_records_are_judged_without_being_read,
            raising::a_new_flow_takes_on_all_of_an_object,
            raising::only_the_records_named_are_raised,
            raising::raising_again_makes_even_what_is_done_ready,
            raising::a_flow_pointed_elsewhere_takes_its_tasks_along,
            raising::notices_begin_with_the_change_that_raises_them,
            linking::links_are_found_by_either_side_in_order,
            linking::a_side_without_an_object_gives_the_first_filled_link,
            linking::what_stands_at_the_other_side_is_found_from_both,
            linking::a_number_of_several_records_leads_nowhere_unless_the_others_are_void,
            linking::lines_are_linked_with_their_document_and_found_from_both_sides,
            linking::a_line_has_one_row_and_a_row_one_line,
            linking::files_that_were_brought_over_are_known_by_their_place,
            binding::a_binding_is_found_from_either_side_by_id_or_number,
            binding::a_person_has_one_counterpart_and_may_share_it,
            binding::binding_the_same_pair_again_keeps_its_place,
            binding::connections_and_kinds_are_told_apart,
            binding::who_is_forgotten_is_found_no_more,
            binding::bindings_are_listed_by_kind_and_connection,
            binding::a_task_that_awaits_a_binding_wakes_when_it_is_made,
            binding::a_binding_made_just_before_wakes_at_once,
            binding::another_binding_wakes_nobody,
            binding::a_task_waits_for_one_thing_at_a_time,
            configuring::only_texts_that_differ_become_new_versions,
            configuring::a_text_filled_from_another_environment_is_a_new_version,
            configuring::a_text_taken_out_of_force_keeps_its_versions,
            configuring::what_existed_before_a_flow_is_taken_up_with_it,
            configuring::what_waits_of_a_flow_is_due_when_it_comes_in_force,
            configuring::every_version_of_a_text_stays_readable,
            configuring::a_change_made_from_an_older_state_stores_nothing,
            configuring::what_was_read_for_an_older_state_is_not_stored,
            configuring::the_generation_goes_up_with_every_change_and_only_then,
            configuring::secrets_come_back_as_they_were_kept,
            configuring::calls_spent_add_up_by_connection_and_day,
            receiving::what_is_pushed_is_kept_as_it_came_in_order,
            receiving::what_is_sent_twice_is_kept_once,
            receiving::what_waits_is_told_up_to_a_size,
            receiving::what_waits_is_told_without_some_codes,
            receiving::what_was_merged_onto_another_revision_is_not_stored,
            receiving::what_was_parsed_by_another_configuration_is_not_stored,
            receiving::what_a_push_is_parsed_to_is_stored_with_it,
            receiving::a_push_is_parsed_once,
            receiving::what_cannot_be_parsed_keeps_its_body_and_is_parsed_again,
            receiving::what_a_person_sets_aside_is_not_parsed,
            receiving::receipts_are_listed_newest_first,
            receiving::a_record_is_traced_by_the_push_that_brought_it,
            accessing::a_token_is_known_by_its_hash_and_has_a_name_of_its_own,
            accessing::a_token_taken_back_is_gone,
            jobbing::a_job_is_kept_and_is_open_from_its_time_on,
            jobbing::progress_is_kept_whatever_a_person_did_meanwhile,
            jobbing::a_job_that_ended_stays_as_it_ended,
            jobbing::what_failed_may_run_again_from_where_it_stands,
            auditing::what_was_done_is_told_newest_first,
            auditing::what_was_done_is_told_with_the_calls_by_which_it_was,
            alerting::an_alert_is_open_for_as_long_as_it_is_seen,
            alerting::alerts_are_told_apart_by_kind_and_subject,
            alerting::people_are_told_of_an_alert_once_and_once_of_its_end,
            alerting::what_was_over_before_it_was_told_is_not_told,
            alerting::a_message_goes_out_once,
            alerting::what_is_long_over_is_forgotten,
            alerting::an_owner_is_told_of_a_record_once_by_an_alert,
            viewing::a_record_is_found_by_what_either_side_calls_it,
            viewing::exact_hits_come_before_beginnings,
            viewing::a_part_of_a_name_is_found_whether_it_was_taken_up_or_not,
            viewing::a_renamed_record_is_found_by_its_new_name_alone,
            viewing::what_is_linked_to_a_hit_is_told_too,
            viewing::a_notice_is_traced_to_its_record,
            viewing::a_story_tells_all_of_a_record,
            viewing::attempts_are_listed_newest_first,
            viewing::tasks_are_listed_by_flow_and_state_page_by_page,
            viewing::counts_follow_every_move,
            viewing::records_that_mention_something_are_found,
            viewing::a_task_is_known_by_how_it_was_tried_first,
            changing::what_changed_in_a_span_is_told_once_in_order,
            changing::a_span_in_which_too_much_changed_is_not_looked_through,
            changing::pages_of_what_changed_fit_together,
            changing::a_later_change_moves_nothing_in_a_span_that_is_past,
            keeping::what_is_old_goes_and_the_present_stays,
            keeping::nothing_of_what_is_unresolved_goes,
            keeping::versions_go_from_the_oldest_on,
            keeping::a_slice_looks_at_no_more_rows_than_it_may,
            keeping::pushes_that_wait_or_failed_stay,
            keeping::calls_go_with_the_last_attempt_that_made_them,
            keeping::a_story_says_what_was_purged,
            keeping::packed_versions_come_back_byte_by_byte,
            keeping::what_is_stored_is_told_part_by_part,
            keeping::a_clock_that_was_set_back_lets_nothing_wait,
            keeping::a_clock_that_is_corrected_a_little_changes_nothing,
            reconciling::a_run_goes_on_where_it_was_and_one_owner_is_at_it,
            reconciling::a_run_of_another_depth_or_span_is_given_up,
            reconciling::a_run_that_asks_goes_on_when_a_person_says_so,
            reconciling::a_run_that_is_stopped_is_over_and_nobody_gets_on_with_it,
            reconciling::a_difference_is_kept_until_both_sides_agree,
            reconciling::what_is_ignored_stays_so_until_either_side_changes,
            reconciling::both_sides_are_known_by_the_versions_they_were_seen_at,
            reconciling::pairs_are_found_from_either_side_with_their_task,
            reconciling::records_are_counted_as_they_stand_and_those_at_odds_are_told,
            reconciling::an_agreement_is_distrusted_and_a_link_to_nothing_forgotten,
            reconciling::a_document_that_is_there_is_adopted_once_and_wakes_who_waits,
            reconciling::closed_differences_are_purged_when_they_are_old_and_open_ones_never,
            reconciling::reconciliations_that_ended_long_ago_go_and_the_newest_stays,
            sweeping::a_sweep_goes_on_where_it_was_and_one_owner_is_at_it,
            sweeping::a_sweep_that_asks_goes_on_when_a_person_says_so,
            sweeping::a_sweep_that_is_stopped_is_over_and_nobody_gets_on_with_it,
            sweeping::what_is_missing_is_wished_for_and_what_is_gone_touches_nothing,
            sweeping::what_no_list_shows_is_not_expected_again,
            sweeping::what_is_gone_may_rest_for_a_reason_until_it_is_back,
            sweeping::sweeps_that_ended_long_ago_go_and_the_newest_seven_stay,
        }
    };
}

#[cfg(test)]
mod tests;
