-- Which certificates a key was given, without a page for each: an index of ten
-- million keys at random has a page read, logged and brought in for every device.
-- Here new keys go where there are few, and are moved on in order, many to a page:
-- 32,768 at a time, then 524,288 (store/tier.c). A key is looked for in all three.
-- The certificate's row has the whole digest; its first five octets find it.

DROP INDEX certificate_key;
DELETE FROM sqlite_stat1 WHERE idx = 'certificate_key';

CREATE TABLE key_fresh ( -- of the last certificates, up to 32,768
    prefix         BLOB NOT NULL, -- of certificate.key_digest, five octets
    certificate_id INTEGER NOT NULL, -- certificate.id
    PRIMARY KEY (prefix, certificate_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_recent ( -- of those before, up to 524,288
    prefix         BLOB NOT NULL,
    certificate_id INTEGER NOT NULL,
    PRIMARY KEY (prefix, certificate_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_settled ( -- of all before
    prefix         BLOB NOT NULL,
    certificate_id INTEGER NOT NULL,
    PRIMARY KEY (prefix, certificate_id)
) STRICT, WITHOUT ROWID;

INSERT INTO key_settled
SELECT substr(key_digest, 1, 5), id FROM certificate ORDER BY 1, 2;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('key_fresh', 'key_fresh', '30000 1 1'),
    ('key_recent', 'key_recent', '500000 1 1'),
    ('key_settled', 'key_settled', '10000000 1 1');

-- What a list saw of the journal, so that a delta says all that came after it.

ALTER TABLE crl ADD COLUMN seq INTEGER; -- journal's leaves; NULL: before 6
