-- The key of the form a case was asked with, so that one form opens one case, and one that opened none may be sent again.
ALTER TABLE cases_case ADD COLUMN sent_as text COLLATE "C" CHECK (sent_as <> '' AND length(sent_as) <= 64);
CREATE UNIQUE INDEX cases_sent_once ON cases_case (opened_by, sent_as) WHERE sent_as IS NOT NULL;
