-- Which device a UID was given to, without a page for each, as keys have it since
-- version 6: of ten million, UIDs that come in no order had a page of their index
-- read, logged and brought in for every device. New ones go where there are few and
-- are moved on in order, 32,768 at a time, then 524,288 (store/tier.c). A UID is
-- looked for in all three, and is in one: that keeps it unique within its product.
-- The whole UID, so that those that rise stay side by side.

CREATE TABLE uid_fresh ( -- of the last devices, up to 32,768
    uid        BLOB NOT NULL, -- device.uid
    product_id INTEGER NOT NULL, -- device.product_id
    device_id  INTEGER NOT NULL, -- device.id
    PRIMARY KEY (uid, product_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE uid_recent ( -- of those before, up to 524,288
    uid        BLOB NOT NULL,
    product_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    PRIMARY KEY (uid, product_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE uid_settled ( -- of all before
    uid        BLOB NOT NULL,
    product_id INTEGER NOT NULL,
    device_id  INTEGER NOT NULL,
    PRIMARY KEY (uid, product_id)
) STRICT, WITHOUT ROWID;

-- While the index is there, which has them in this order. OR ROLLBACK: as in
-- version 4.
INSERT OR ROLLBACK INTO uid_settled
SELECT uid, product_id, id FROM device ORDER BY uid, product_id;

DROP INDEX device_uid;
DELETE FROM sqlite_stat1 WHERE idx = 'device_uid';

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('uid_fresh', 'uid_fresh', '30000 1 1'),
    ('uid_recent', 'uid_recent', '500000 1 1'),
    ('uid_settled', 'uid_settled', '10000000 1 1');
