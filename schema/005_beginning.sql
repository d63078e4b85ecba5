-- How the journal may begin. A store that was made before there was a journal
-- begins one with what it holds (`adopt`), once; any other that lost its journal
-- must not go on as if it had never had one.

CREATE TABLE beginning ( -- one row
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    adopts INTEGER NOT NULL CHECK (adopts IN (0, 1)) -- 1: older than the journal
) STRICT;
INSERT INTO beginning
SELECT 1, EXISTS (SELECT 1 FROM certificate)
          AND NOT EXISTS (SELECT 1 FROM journal WHERE seq = 1 AND act <> 2);
