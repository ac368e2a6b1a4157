-- What is promised between people: hand-overs, calls, and the alarms before they break.
CREATE TABLE cases_transfer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    interaction_id bigint REFERENCES cases_interaction,
    is_warm boolean NOT NULL,
    from_team text NOT NULL,
    from_user_id bigint REFERENCES members_user,
    from_name text NOT NULL DEFAULT '',
    to_team text NOT NULL,
    to_user_id bigint REFERENCES members_user,
    to_supervisor boolean NOT NULL DEFAULT false,
    region text NOT NULL DEFAULT '',
    reason text NOT NULL CHECK (reason <> ''),
    summary text NOT NULL CHECK (summary <> ''),
    tried text NOT NULL DEFAULT '',
    document_ids bigint[] NOT NULL DEFAULT '{}',
    verified_at timestamptz,
    verified_factors text[] NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'accepted', 'refused', 'expired', 'withdrawn')),
    offered_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    answered_at timestamptz,
    answered_by text,
    answered_name text NOT NULL DEFAULT '',
    refusal text NOT NULL DEFAULT '',
    three_way text NOT NULL DEFAULT '',
    CHECK (expires_at > offered_at),
    CHECK ((state = 'offered') = (answered_at IS NULL)),
    CHECK (state <> 'refused' OR refusal <> '')
);
CREATE UNIQUE INDEX cases_transfer_one ON cases_transfer (case_id) WHERE state = 'offered';
CREATE INDEX cases_transfer_offered ON cases_transfer (to_team, offered_at) WHERE state = 'offered';
CREATE INDEX cases_transfer_expiring ON cases_transfer (expires_at) WHERE state = 'offered';
CREATE INDEX cases_transfer_of_case ON cases_transfer (case_id, id);

CREATE TABLE cases_callback (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    interaction_id bigint REFERENCES cases_interaction,
    team text NOT NULL,
    region text NOT NULL DEFAULT '',
    zone text NOT NULL CHECK (zone <> ''),
    language text NOT NULL DEFAULT '',
    phone text NOT NULL CHECK (phone ~ '^\+[0-9]{8,15}$'),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    assignee_id bigint REFERENCES members_user,
    assignee_name text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT 'promised' CHECK (state IN ('promised', 'kept', 'unreached', 'broken', 'cancelled')),
    promised_at timestamptz NOT NULL,
    promised_by text NOT NULL,
    promised_name text NOT NULL DEFAULT '',
    settled_at timestamptz,
    alarmed_at timestamptz,
    reason text NOT NULL DEFAULT '',
    CHECK (ends_at > starts_at),
    CHECK ((state = 'promised') = (settled_at IS NULL)),
    CHECK (state <> 'cancelled' OR reason <> '')
);
CREATE INDEX cases_callback_promised ON cases_callback (ends_at) WHERE state = 'promised';
CREATE INDEX cases_callback_of_team ON cases_callback (team, ends_at) WHERE state = 'promised';
CREATE INDEX cases_callback_of_case ON cases_callback (case_id, id);
CREATE INDEX cases_callback_by_time ON cases_callback (ends_at);

CREATE TABLE cases_callback_attempt (
    callback_id bigint NOT NULL REFERENCES cases_callback,
    number smallint NOT NULL CHECK (number BETWEEN 1 AND 3),
    at timestamptz NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('reached', 'no_answer', 'voicemail', 'busy', 'wrong_number')),
    note text NOT NULL DEFAULT '',
    actor text NOT NULL,
    actor_name text NOT NULL DEFAULT '',
    PRIMARY KEY (callback_id, number)
);
CREATE TRIGGER cases_attempt_guard BEFORE UPDATE OR DELETE ON cases_callback_attempt
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What somebody must look at now. Cleared by whoever did.
CREATE TABLE cases_alarm (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    case_id bigint NOT NULL REFERENCES cases_case,
    kind text NOT NULL CHECK (kind IN ('transfer_refused', 'transfer_expired', 'callback_due', 'callback_broken', 'clock_due', 'clock_late', 'member_wrote', 'unhappy')),
    subject_id bigint,
    team text NOT NULL,
    region text NOT NULL DEFAULT '',
    user_id bigint REFERENCES members_user,
    at timestamptz NOT NULL,
    cleared_at timestamptz,
    cleared_by text,
    CHECK ((cleared_at IS NULL) = (cleared_by IS NULL))
);
CREATE UNIQUE INDEX cases_alarm_once ON cases_alarm (case_id, kind, coalesce(subject_id, 0)) WHERE cleared_at IS NULL;
CREATE INDEX cases_alarm_of_team ON cases_alarm (team, region, id) WHERE cleared_at IS NULL;
