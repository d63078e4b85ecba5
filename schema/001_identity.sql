-- The identity database, version 1.
--
-- Octets are BLOBs as they stand in the certificates, times are seconds since
-- 1970-01-01T00:00:00Z. Rows are never deleted: what was issued stays on
-- record. Read it through the views `devices` and `certificates`, which are a
-- documented interface (docs/store.md); the tables may change with a version.

CREATE TABLE profile ( -- certificate profiles, as they were when recorded
    id         INTEGER PRIMARY KEY,
    product_id INTEGER REFERENCES product (id), -- NULL: of an authority
    name       TEXT NOT NULL CHECK (name <> ''), -- the template's name
    digest     BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of document
    document   BLOB NOT NULL -- the template, JSON
) STRICT;
CREATE UNIQUE INDEX profile_identity
    ON profile (name, coalesce(product_id, 0), digest);

CREATE TABLE authority ( -- who signs: the root and the products' CAs
    id             INTEGER PRIMARY KEY,
    kind           INTEGER NOT NULL CHECK (kind IN (1, 2)), -- 1 root, 2 product
    name           TEXT NOT NULL CHECK (name <> ''), -- root: CN; else product
    key_uri        TEXT NOT NULL, -- where the private key is; '' when not here
    profile_id     INTEGER REFERENCES profile (id), -- of its own certificate
    certificate_id INTEGER REFERENCES certificate (id), -- NULL: only requested
    subject        BLOB NOT NULL, -- Name, DER
    public_key     BLOB NOT NULL, -- point, uncompressed
    key_id         BLOB NOT NULL, -- subjectKeyIdentifier
    request        BLOB, -- CertificationRequest, DER, when one was made
    crl_number     INTEGER NOT NULL DEFAULT 0 CHECK (crl_number >= 0), -- last
    created_at     INTEGER NOT NULL -- when it came to this store
) STRICT;
CREATE UNIQUE INDEX authority_name ON authority (kind, name);
CREATE UNIQUE INDEX authority_root ON authority (kind) WHERE kind = 1;

CREATE TABLE product ( -- product lines, each with its own CA
    id                INTEGER PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE CHECK (name <> ''),
    authority_id      INTEGER NOT NULL UNIQUE REFERENCES authority (id),
    device_profile_id INTEGER REFERENCES profile (id), -- default for issuing
    uid_format        TEXT NOT NULL, -- 'hex', or 'hex:12' for 12 octets
    created_at        INTEGER NOT NULL
) STRICT;

CREATE TABLE device ( -- every device that was ever given a certificate
    id         INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES product (id),
    uid        BLOB NOT NULL CHECK (length(uid) > 0), -- unique in its product
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX device_uid ON device (uid, product_id);

CREATE TABLE certificate ( -- every certificate issued or held, whole
    id           INTEGER PRIMARY KEY, -- order of issuing; the cursor of queries
    issuer_id    INTEGER NOT NULL REFERENCES authority (id),
    device_id    INTEGER REFERENCES device (id), -- NULL: an authority's
    authority_id INTEGER REFERENCES authority (id), -- whose, when an authority's
    profile_id   INTEGER REFERENCES profile (id), -- NULL: made elsewhere
    status       INTEGER NOT NULL -- 0 active, 1 superseded, 2 revoked, 3 held
                 CHECK (status BETWEEN 0 AND 3),
    key_type     INTEGER NOT NULL, -- 1 P-256, 2 P-384
    not_before   INTEGER NOT NULL,
    not_after    INTEGER, -- NULL: 99991231235959Z, no well-defined end
    issued_at    INTEGER NOT NULL,
    serial       BLOB NOT NULL -- INTEGER content octets
                 CHECK (length(serial) BETWEEN 1 AND 32),
    key_digest   BLOB NOT NULL -- SHA-256 of SubjectPublicKeyInfo
                 CHECK (length(key_digest) = 32),
    fingerprint  BLOB NOT NULL -- SHA-256 of der
                 CHECK (length(fingerprint) = 32),
    der          BLOB NOT NULL -- Certificate, DER
) STRICT;
-- Serial first: serials rise with time, so that inserts go to the index's edge.
CREATE UNIQUE INDEX certificate_serial ON certificate (serial, issuer_id);
CREATE INDEX certificate_device ON certificate (device_id)
    WHERE device_id IS NOT NULL;
CREATE INDEX certificate_issuer ON certificate (issuer_id);
CREATE INDEX certificate_authority ON certificate (authority_id)
    WHERE authority_id IS NOT NULL;
-- Five octets find a key among ten million; the whole digest is compared after.
CREATE INDEX certificate_key ON certificate (substr(key_digest, 1, 5));
-- Most certificates are active and have no end: these hold only the others.
CREATE INDEX certificate_status ON certificate (status) WHERE status <> 0;
CREATE INDEX certificate_issuer_status ON certificate (issuer_id, status)
    WHERE status <> 0;
CREATE INDEX certificate_expiry ON certificate (issuer_id, not_after)
    WHERE not_after IS NOT NULL;

CREATE TABLE revocation ( -- in the order in which a CRL lists them
    issuer_id      INTEGER NOT NULL REFERENCES authority (id),
    serial         BLOB NOT NULL, -- of the certificate, INTEGER content octets
    turn           INTEGER NOT NULL, -- 1, 2, ...: holds may end and come again
    certificate_id INTEGER NOT NULL REFERENCES certificate (id),
    not_after      INTEGER, -- of the certificate
    reason         INTEGER NOT NULL -- CRLReason, RFC 5280, 5.3.1
                   CHECK (reason BETWEEN 0 AND 10 AND reason NOT IN (7, 8)),
    revoked_at     INTEGER NOT NULL,
    invalid_at     INTEGER, -- invalidityDate, RFC 5280, 5.3.2
    released_at    INTEGER, -- when a hold ended; NULL: in force
    PRIMARY KEY (issuer_id, serial, turn)
) STRICT, WITHOUT ROWID;

CREATE TABLE crl ( -- the lists that were signed
    authority_id INTEGER NOT NULL REFERENCES authority (id),
    number       INTEGER NOT NULL CHECK (number > 0), -- cRLNumber
    entries      INTEGER NOT NULL, -- how many certificates it lists
    this_update  INTEGER NOT NULL,
    next_update  INTEGER NOT NULL,
    digest       BLOB NOT NULL -- SHA-256 of the CertificateList
                 CHECK (length(digest) = 32),
    PRIMARY KEY (authority_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally ( -- how many certificates, so that nobody has to count them
    issuer_id  INTEGER NOT NULL,
    profile_id INTEGER NOT NULL, -- 0: made elsewhere
    device     INTEGER NOT NULL, -- 1: of devices, 0: of authorities
    status     INTEGER NOT NULL, -- as in certificate
    count      INTEGER NOT NULL,
    PRIMARY KEY (issuer_id, profile_id, device, status)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER certificate_counted AFTER INSERT ON certificate
BEGIN
    INSERT INTO tally VALUES (new.issuer_id, coalesce(new.profile_id, 0),
                              new.device_id IS NOT NULL, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER certificate_recounted AFTER UPDATE OF status ON certificate
WHEN new.status <> old.status
BEGIN
    UPDATE tally SET count = count - 1
     WHERE issuer_id = old.issuer_id
       AND profile_id = coalesce(old.profile_id, 0)
       AND device = (old.device_id IS NOT NULL) AND status = old.status;
    INSERT INTO tally VALUES (new.issuer_id, coalesce(new.profile_id, 0),
                              new.device_id IS NOT NULL, new.status, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;

-- What a large store looks like, so that SQLite plans for one from the first
-- row on: a UID, a serial or a key finds one row, a status or an issuer many.
ANALYZE;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('certificate', 'certificate_serial', '10000000 1 1'),
    ('certificate', 'certificate_device', '10000000 1'),
    ('certificate', 'certificate_key', '10000000 1'),
    ('certificate', 'certificate_issuer', '10000000 1000000'),
    ('certificate', 'certificate_authority', '20 1'),
    ('certificate', 'certificate_status', '500000 200000'),
    ('certificate', 'certificate_issuer_status', '500000 100000 50000'),
    ('certificate', 'certificate_expiry', '500000 50000 1'),
    ('device', 'device_uid', '10000000 1 1'),
    ('revocation', 'revocation', '500000 100000 1 1'),
    ('profile', 'profile_identity', '50 2 1 1'),
    ('authority', 'authority_name', '10 5 1');

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
       strftime('%Y-%m-%dT%H:%M:%SZ', c.not_before, 'unixepoch') AS not_before,
       strftime('%Y-%m-%dT%H:%M:%SZ', coalesce(c.not_after, 253402300799),
                'unixepoch') AS not_after,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.issued_at, 'unixepoch') AS issued_at,
       CASE c.key_type WHEN 1 THEN 'p256' WHEN 2 THEN 'p384' END AS key_type,
       lower(hex(c.key_digest)) AS key_fingerprint,
       lower(hex(c.fingerprint)) AS fingerprint,
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
       strftime('%Y-%m-%dT%H:%M:%SZ', c.not_before, 'unixepoch') AS not_before,
       strftime('%Y-%m-%dT%H:%M:%SZ', CASE WHEN c.id IS NOT NULL
                THEN coalesce(c.not_after, 253402300799) END, 'unixepoch') AS not_after,
       lower(hex(c.key_digest)) AS key_fingerprint,
       lower(hex(c.fingerprint)) AS fingerprint
  FROM device AS d
  JOIN product AS p ON p.id = d.product_id
  LEFT JOIN certificate AS c
    ON c.id = (SELECT max(id) FROM certificate WHERE device_id = d.id)
  LEFT JOIN profile AS f ON f.id = c.profile_id;
