-- Append-only tables refuse to forget: a correction is a new row.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op;
end $$;

-- Every event id ever accepted, for ever. Unpartitioned: a unique key on a partitioned table would
-- need the partition's column in it, and then the same id could come back in another month.
create table event_key (
  event_id    uuid primary key,
  station_id  text not null references station,
  digest      text not null,
  received_at timestamptz not null default now()
);
create trigger event_key_append_only before update or delete on event_key
  for each row execute function refuse_change();

-- The event as it came. Months are cut at +08:00; the default partition holds what a wrong clock sent.
create table station_event (
  event_id       uuid not null,
  station_id     text not null,
  fuelling_point integer not null,
  seq            bigint not null,
  type           text not null,
  occurred_at    timestamptz not null,
  body           text not null,
  received_at    timestamptz not null default now()
) partition by range (occurred_at);
create table station_event_default partition of station_event default;
create trigger station_event_append_only before update or delete on station_event
  for each row execute function refuse_change();

-- The highest sequence number heard per fuelling point and gateway: gaps and swaps are counted by it.
create table event_sequence (
  station_id     text not null,
  edge_id        uuid not null,
  fuelling_point integer not null,
  seq            bigint not null,
  primary key (station_id, edge_id, fuelling_point)
);

-- Which sales exist, for ever, and in which figures. Unpartitioned for the same reason as event_key.
create table sale_key (
  station_id text not null references station,
  sale_id    text not null,
  refuel_id  uuid not null unique,
  ended_at   timestamptz not null,
  figures    text not null,
  primary key (station_id, sale_id)
);
create trigger sale_key_append_only before update or delete on sale_key
  for each row execute function refuse_change();

-- What the controller measured, verbatim, with what was known of who was there.
create sequence sale_cursor_sequence;
create table sale (
  sale_cursor             bigint not null default nextval('sale_cursor_sequence'),
  station_id              text not null,
  sale_id                 text not null,
  refuel_id               uuid not null,
  event_id                uuid not null,
  controller_id           text not null,
  fuelling_point          integer not null,
  nozzle                  integer not null,
  grade                   text not null,
  transaction_number      bigint,
  volume_ml               bigint not null check (volume_ml >= 0),
  unit_price_fen_per_litre integer not null check (unit_price_fen_per_litre > 0),
  amount_fen              bigint not null check (amount_fen >= 0),
  totaliser_ml            bigint,
  totaliser_before_ml     bigint,
  origin                  text not null check (origin in ('witnessed', 'recovered')),
  started_at              timestamptz,
  ended_at                timestamptz not null,
  plate                   text,
  plate_confidence        double precision,
  identity                text not null,
  member_id               text,
  vehicle_id              text,
  authorisation_id        text,
  received_at             timestamptz not null default now()
) partition by range (ended_at);
create table sale_default partition of sale default;
create index sale_of_station on sale (station_id, sale_cursor);
create index sale_of_refuel on sale (refuel_id);
create trigger sale_append_only before update or delete on sale
  for each row execute function refuse_change();

-- What can never be accepted as it is, kept as it came for a person. Sent again it is one row.
create table quarantine (
  quarantine_id bigint generated always as identity primary key,
  station_id    text not null references station,
  event_id      text,
  reason        text not null,
  detail        text not null,
  raw           text not null,
  raw_digest    text not null,
  received_at   timestamptz not null default now(),
  unique (station_id, raw_digest)
);
