-- The cloud's word on a refuel, append-only; the newest row of a refuel counts. The head's row lock
-- makes cursors appear in the order of their commits, so that a reader never skips one.
create table settlement_head (
  station_id  text primary key references station,
  last_cursor bigint not null
);
create table settlement (
  station_id     text not null references station,
  cursor         bigint not null,
  refuel_id      uuid not null,
  sale_id        text not null,
  ending         text not null,
  reason         text,
  amount_fen     bigint not null,
  receipt_number text,
  member_name    text,
  vehicle_ids    text[] not null default '{}',
  decided_at     timestamptz not null,
  primary key (station_id, cursor)
);
create index settlement_of_refuel on settlement (refuel_id, cursor desc);
create trigger settlement_append_only before update or delete on settlement
  for each row execute function refuse_change();
