-- What somebody needs of whoever answers or receives them, recorded once. Their language and the form they read stand
-- with the person.
CREATE TABLE members_need (
    member_id bigint PRIMARY KEY REFERENCES members_member,
    interpreter_language text NOT NULL DEFAULT '',
    interpreter_mode text NOT NULL DEFAULT '' CHECK (interpreter_mode IN ('', 'phone', 'video', 'in_person')),
    relay text NOT NULL DEFAULT '' CHECK (relay IN ('', 'tty', 'relay', 'video_relay')),
    accommodations text[] NOT NULL DEFAULT '{}' CHECK (accommodations <@ ARRAY[
        'step_free', 'transfer_help', 'extra_time', 'quiet_room', 'support_person', 'service_animal',
        'listening_device', 'guide', 'written_notes', 'first_or_last']),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 300),
    version integer NOT NULL DEFAULT 1,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL CHECK (set_by <> ''),
    CHECK ((interpreter_language = '') = (interpreter_mode = '')),
    -- Signs are seen.
    CHECK (interpreter_language <> 'ase' OR interpreter_mode <> 'phone')
);
