devca: audit verify: bad: is not a store: it has no identity.db
  make one with: devca --store DIR init --org NAME
