"""What a floor above does to a profile."""

from portal.exchanges.profiles.models import Profile


def mark_matched(profile: Profile) -> None:
    """A match was confirmed: from now on the profile is kept with the grant (DP-2).

    The trail of the match tells it.
    """
    profile.kept_until = None
