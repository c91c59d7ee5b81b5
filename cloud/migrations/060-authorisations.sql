-- An answer given is given: asked again with the same request id, the same answer.
create table authorisation (
  request_id       uuid primary key,
  authorisation_id text unique,
  station_id       text not null references station,
  refuel_id        uuid not null,
  fuelling_point   integer not null,
  member_id        text,
  decision         text not null check (decision in ('allowed', 'denied')),
  reason           text,
  limit_fen        bigint,
  member_name      text,
  request          text not null,
  decided_at       timestamptz not null,
  closed_at        timestamptz,
  closed_by        text
);
create index authorisation_open_of_member on authorisation (member_id) where closed_at is null;
create index authorisation_of_refuel on authorisation (refuel_id);
