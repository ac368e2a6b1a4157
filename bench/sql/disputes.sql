-- Open disputes in number, each like one of a few thousand that were worked out one by one (bench_shape, bench_shape_event,
-- bench_shape_clock), each with its case and the case's clock.
-- %(accounts)s  how many
INSERT INTO cases_case (id, number, category, team, topic, priority, status, subject, channel, opened_at, opened_by, member_id, region, due_at)
OVERRIDING SYSTEM VALUE
SELECT n, 'CA-26-' || lpad(n::text, 7, '0'), 'appeal', 'grievances', 'appeal', 3, 'open', 'Appeal', 'phone', s.received_at, 'system:bench',
       n, '', (SELECT k.due_at FROM bench_shape_clock k WHERE k.shape = s.shape AND k.step = 'decide' AND k.whose = 'plan')
FROM generate_series(1, %(accounts)s::bigint) AS n JOIN bench_shape s ON s.shape = n %% (SELECT count(*) FROM bench_shape);
INSERT INTO cases_event (case_id, at, kind, actor, detail)
SELECT n, s.received_at, 'clock_started', 'system:bench',
       jsonb_build_object('rule', jsonb_build_object('clock_id', k.clock_id),
                          'hours', jsonb_build_object('zone', s.zone, 'days', '[]'::jsonb, 'opens', 0, 'closes', 24, 'jurisdiction', 'US'))
FROM generate_series(1, %(accounts)s::bigint) AS n JOIN bench_shape s ON s.shape = n %% (SELECT count(*) FROM bench_shape)
JOIN bench_shape_clock k ON k.shape = s.shape AND k.step = 'decide' AND k.whose = 'plan';
INSERT INTO grievances_dispute (id, case_id, member_id, law, place, levels, zone, received_at, asked_by, events,
    matter, care, level, speed, outcome, is_open, is_tolled, tolled_at, tolled_until, due_step, due_at)
OVERRIDING SYSTEM VALUE
SELECT n, n, n, s.law, s.place, s.levels, s.zone, s.received_at, 'member', s.events,
       s.matter, s.care, s.level, s.speed, s.outcome, s.is_open, s.is_tolled, s.tolled_at, s.tolled_until, s.due_step, s.due_at
FROM generate_series(1, %(accounts)s::bigint) AS n JOIN bench_shape s ON s.shape = n %% (SELECT count(*) FROM bench_shape);
INSERT INTO grievances_event (dispute_id, serial, kind, at, detail, actor)
SELECT n, e.serial, e.kind, e.at, e.detail, 'system:bench'
FROM generate_series(1, %(accounts)s::bigint) AS n JOIN bench_shape_event e ON e.shape = n %% (SELECT count(*) FROM bench_shape);
INSERT INTO grievances_clock (dispute_id, visit, level, step, whose, clock_id, started_at, due_at, met_at, lapse)
SELECT n, k.visit, k.level, k.step, k.whose, k.clock_id, k.started_at, k.due_at, k.met_at, k.lapse
FROM generate_series(1, %(accounts)s::bigint) AS n JOIN bench_shape_clock k ON k.shape = n %% (SELECT count(*) FROM bench_shape);
