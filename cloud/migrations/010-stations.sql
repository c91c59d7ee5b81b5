-- A station, the digest of its token, and the one gateway that speaks for it.
create table station (
  station_id   text primary key,
  name         text not null,
  token_digest text not null unique,
  edge_id      uuid,
  edge_seen_at timestamptz,
  created_at   timestamptz not null default now()
);
