"""What Slack's names of errors mean: which of a platform's failures each is.

From the pages of the methods that we call, https://docs.slack.dev/reference/methods.
"""

from bot.port import Gone, Unauthorized, Unavailable

Failure = type[Gone] | type[Unauthorized] | type[Unavailable]

_GONE = (
    "bad_timestamp",
    "cant_delete_message",
    "cant_update_message",
    "channel_not_found",
    "file_deleted",
    "file_not_found",
    "invalid_channel",
    "is_archived",
    "message_not_found",
    "no_item_specified",
    "thread_not_found",
    "user_not_found",
    "users_not_found",
)
_UNAUTHORIZED = (
    "access_denied",
    "account_inactive",
    "cannot_dm_bot",
    "ekm_access_denied",
    "invalid_auth",
    "messages_tab_disabled",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "not_in_channel",
    "org_login_required",
    "posting_to_channel_denied",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "team_access_not_granted",
    "team_not_found",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
    "user_disabled",
    "user_not_in_channel",
)
_UNAVAILABLE = (
    "accesslimited",
    "fatal_error",
    "internal_error",
    "request_timeout",
    "service_unavailable",
    "team_added_to_org",
    "upload_error",
)
_MEANINGS: dict[str, Failure] = {
    **dict.fromkeys(_GONE, Gone),
    **dict.fromkeys(_UNAUTHORIZED, Unauthorized),
    **dict.fromkeys(_UNAVAILABLE, Unavailable),
}


def meaning(error: str) -> Failure | None:
    """The failure that `error` is; None where it is none of these: then we sent nonsense."""
    return _MEANINGS.get(error)
