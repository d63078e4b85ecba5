-- Fewer octets for each certificate: its own SHA-256 is computed from it when it
-- is asked for, and notBefore, which is mostly the moment of issuing, is kept as
-- its distance from that (`begins`, seconds after issued_at; 0 takes no room).
-- OR ROLLBACK: SQLite then keeps no copies of pages to undo this statement alone.

DROP VIEW certificates;
DROP VIEW devices;
UPDATE OR ROLLBACK certificate SET not_before = not_before - issued_at;
ALTER TABLE certificate RENAME COLUMN not_before TO begins;
ALTER TABLE certificate DROP COLUMN fingerprint;

CREATE VIEW certificates AS -- one row per certificate, readable
SELECT c.id,
       CASE WHEN c.device_id IS NULL THEN 'authority' ELSE 'device' END AS kind,
       coalesce(p.name, CASE a.kind WHEN 2 THEN a.name END) AS product,
       lower(hex(d.uid)) AS uid,
       lower(hex(c.serial)) AS serial,
       f.name AS profile,
       i.name AS issuer,
       CASE WHEN c.status = 0
             AND c.not_after < CAST(strftime('%s', 'now') AS INTEGER)
            THEN 'expired'
            WHEN c.status = 0 THEN 'active'
            WHEN c.status = 1 THEN 'superseded'
            WHEN c.status = 2 THEN 'revoked'
            ELSE 'held' END AS status,
       CASE r.reason WHEN 0 THEN 'unspecified' WHEN 1 THEN 'keyCompromise'
            WHEN 2 THEN 'cACompromise' WHEN 3 THEN 'affiliationChanged'
            WHEN 4 THEN 'superseded' WHEN 5 THEN 'cessationOfOperation'
            WHEN 6 THEN 'certificateHold' WHEN 9 THEN 'privilegeWithdrawn'
            WHEN 10 THEN 'aACompromise' END AS reason,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.revoked_at, 'unixepoch') AS revoked_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.invalid_at, 'unixepoch') AS invalid_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.issued_at + c.begins, 'unixepoch')
           AS not_before,
       strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(c.not_after, 253402300799),
                'unixepoch') AS not_after,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.issued_at, 'unixepoch') AS issued_at,
       CASE c.key_type WHEN 1 THEN 'p256' WHEN 2 THEN 'p384' END AS key_type,
       lower(hex(c.key_digest)) AS key_fingerprint,
       length(c.der) AS size,
       c.der
  FROM certificate AS c
  LEFT JOIN authority AS i ON i.id = c.issuer_id
  LEFT JOIN device AS d ON d.id = c.device_id
  LEFT JOIN product AS p ON p.id = d.product_id
  LEFT JOIN authority AS a ON a.id = c.authority_id
  LEFT JOIN profile AS f ON f.id = c.profile_id
  LEFT JOIN revocation AS r ON r.issuer_id = c.issuer_id
       AND r.serial = c.serial AND r.released_at IS NULL;

CREATE VIEW devices AS -- one row per device, with its newest certificate
SELECT d.id,
       p.name AS product,
       lower(hex(d.uid)) AS uid,
       strftime('%Y-%m-%dT%H:%M:%SZ', d.created_at, 'unixepoch') AS created_at,
       (SELECT count(*) FROM certificate WHERE device_id = d.id)
           AS certificates,
       lower(hex(c.serial)) AS serial,
       f.name AS profile,
       CASE WHEN c.status = 0
             AND c.not_after < CAST(strftime('%s', 'now') AS INTEGER)
            THEN 'expired'
            WHEN c.status = 0 THEN 'active'
            WHEN c.status = 1 THEN 'superseded'
            WHEN c.status = 2 THEN 'revoked'
            WHEN c.status = 3 THEN 'held' END AS status,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.issued_at + c.begins, 'unixepoch')
           AS not_before,
       strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN c.id IS NOT NULL
                THEN coalesce(c.not_after, 253402300799) END, 'unixepoch') AS not_after,
       lower(hex(c.key_digest)) AS key_fingerprint
  FROM device AS d
  JOIN product AS p ON p.id = d.product_id
  LEFT JOIN certificate AS c
    ON c.id = (SELECT max(id) FROM certificate WHERE device_id = d.id)
  LEFT JOIN profile AS f ON f.id = c.profile_id;
