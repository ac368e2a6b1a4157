-- Documents become files of the room that keeps files for everybody.
INSERT INTO documents_file (stored_as, media_type, size_bytes, sha256, scan, kept_at, dropped_at)
    SELECT stored_as, media_type, size_bytes, sha256, CASE WHEN scanned THEN 'clean' ELSE 'none' END, added_at, removed_at
    FROM assistance_document;
ALTER TABLE assistance_document ADD FOREIGN KEY (stored_as) REFERENCES documents_file;
