"""The statements of the cockpit. A measure's work is every task of every process that runs for it.

A process runs for a measure when its header variable `roadmap_row` names an occurrence (`LIP-2018:2.2/3`) or when the
measure started it, and so does all that it calls. What the measure's own process asks (do it, report, accept) counts as
work (`own`), but not in the cells: there stand its occurrences. A task belongs to the organisation of its first
candidate group, else to that of its process.
"""

from __future__ import annotations

_TREE = """
WITH plan AS MATERIALIZED (
    SELECT m.row_key, m.row_key || '/' || o.number AS ref, o.linked_key, o.instance_key
    FROM measure m JOIN occurrence o ON o.measure_key = m.key
    WHERE m.roadmap_key = :roadmap AND o.opens_on <= :until AND o.due_on >= :since
        AND (CAST(:measure AS text) IS NULL OR m.row_key = :measure)
), begun AS (
    SELECT p.root_key, plan.row_key FROM plan JOIN process_instance p ON p.variables ->> 'roadmap_row' = plan.ref
    UNION ALL
    SELECT p.root_key, plan.row_key FROM plan JOIN process_instance p ON p.key = plan.linked_key
    UNION ALL
    SELECT p.root_key, plan.row_key FROM plan JOIN process_instance p ON p.key = plan.instance_key AND :own
), tops AS MATERIALIZED (
    SELECT root_key, min(row_key) AS row_key FROM begun GROUP BY root_key
), tree AS (
    SELECT p.key, p.organisation, p.title, tops.row_key
    FROM tops JOIN process_instance p ON p.root_key = tops.root_key
), works AS (
    SELECT u.*, tree.row_key,
        coalesce(nullif(split_part(u.candidate_groups[1], '@', 2), ''), u.organisation) AS place,
        u.state = 'open' AND u.due_at IS NOT NULL AND u.due_at < :now AS late
    FROM tree JOIN user_task u ON u.instance_key = tree.key
    WHERE u.state <> 'cancelled'
)
"""

CELLS = (
    _TREE
    + """
, places AS MATERIALIZED (
    SELECT o.code, coalesce(p.code, :top) AS place FROM organisation o
    LEFT JOIN organisation p ON p.code = o.path[:depth] AND p.level = :level
    WHERE o.path @> ARRAY[CAST(:top AS text)]
)
SELECT places.place, works.row_key,
    count(*) FILTER (WHERE works.state = 'completed') AS done,
    count(*) FILTER (WHERE works.state = 'open' AND NOT works.late) AS running,
    count(*) FILTER (WHERE works.late) AS late
FROM works JOIN places ON places.code = works.place
GROUP BY 1, 2
"""
)

OCCURRENCES = """
SELECT g.organisation AS place, above.row_key,
    count(*) FILTER (WHERE o.status = 'done') AS done,
    count(*) FILTER (WHERE o.status IN ('partly', 'not_done')) AS partly,
    count(*) FILTER (WHERE o.status IN ('planned', 'running') AND o.due_on < :today) AS late,
    count(*) FILTER (WHERE o.status = 'running' AND o.due_on >= :today) AS running,
    count(*) FILTER (WHERE o.status = 'planned' AND o.due_on >= :today) AS planned
FROM measure m
JOIN roadmap r ON r.key = m.roadmap_key JOIN support_programme g ON g.key = r.programme_key
JOIN measure above ON above.roadmap_key = :roadmap AND (above.key = m.key OR above.row_key = m.follows)
JOIN occurrence o ON o.measure_key = m.key
WHERE o.opens_on <= :until AND o.due_on >= :since
GROUP BY 1, 2
"""

WORKS = (
    _TREE
    + """
SELECT works.key, works.name, works.title, works.row_key, works.place, works.state, works.late, works.due_at,
    works.ended_at, works.assignee, works.completed_by, works.role, works.instance_key, works.inbox,
    works.process_id, works.element_id, count(*) OVER () AS total
FROM works JOIN organisation o ON o.code = works.place
WHERE (CAST(:within AS text[]) IS NULL OR o.path && CAST(:within AS text[]))
    AND (NOT :only_late OR works.late)
ORDER BY works.late DESC, works.state <> 'open', works.due_at NULLS LAST, works.key
LIMIT :limit OFFSET :offset
"""
)
