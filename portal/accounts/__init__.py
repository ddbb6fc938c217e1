"""People: how they join, sign in, choose their language, and which roles they hold.

A person is invited or signs up, activates the account from a mail, signs in with a password, and
may hold roles granted by an administrator. For which organisations a person speaks is told one
floor up, in `partners`. Sessions are rows: signing out, a new password or a suspension end them at
once.
"""
