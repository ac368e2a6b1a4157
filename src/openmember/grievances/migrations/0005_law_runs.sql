-- Runs over the open disputes after a change of law: what it moves, and moving it. A run is cut into parts before it
-- begins; a part is done with what it wrote in one transaction, so that a run that was broken off goes on where it was.

CREATE TABLE grievances_law_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task text NOT NULL CHECK (task IN ('survey', 'recompute')),
    -- Which rulebook it was run under.
    rulebook text NOT NULL CHECK (rulebook <> ''),
    started_at timestamptz NOT NULL,
    started_by text NOT NULL CHECK (started_by <> ''),
    ended_at timestamptz CHECK (ended_at >= started_at),
    parts integer NOT NULL CHECK (parts >= 0),
    effect jsonb CHECK (jsonb_typeof(effect) = 'object'),
    CHECK (ended_at IS NULL OR effect IS NOT NULL)
);
-- One of each at a time.
CREATE UNIQUE INDEX grievances_law_running ON grievances_law_run (task) WHERE ended_at IS NULL;
CREATE INDEX grievances_law_last ON grievances_law_run (task, id DESC);

CREATE TABLE grievances_law_part (
    run_id bigint NOT NULL REFERENCES grievances_law_run,
    first_id bigint NOT NULL,
    last_id bigint NOT NULL CHECK (last_id >= first_id),
    done_at timestamptz,
    effect jsonb CHECK (jsonb_typeof(effect) = 'object'),
    PRIMARY KEY (run_id, first_id),
    CHECK ((done_at IS NULL) = (effect IS NULL))
);
CREATE INDEX grievances_law_to_do ON grievances_law_part (run_id, first_id) WHERE done_at IS NULL;
