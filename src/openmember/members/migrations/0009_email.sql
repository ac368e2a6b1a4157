-- Who has an e-mail address, whatever its capitals: a new record may be a second one of theirs.
CREATE INDEX member_by_email ON members_member (lower(email)) WHERE email <> '';
