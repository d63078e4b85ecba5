-- Lists of several kinds: complete and delta CRLs, revocation sets, and CRLs of
-- one partition. What was signed before was a complete CRL of all.

ALTER TABLE crl ADD COLUMN kind INTEGER NOT NULL DEFAULT 0 -- 1 delta, 2 set
    CHECK (kind BETWEEN 0 AND 2);
ALTER TABLE crl ADD COLUMN scope TEXT NOT NULL DEFAULT ''; -- '3/16': 3rd of 16
