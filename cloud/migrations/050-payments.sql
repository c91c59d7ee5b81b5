-- That a member is to pay for a sale: written with the event, once per sale, never changed.
create table charge_intent (
  intent_id   uuid primary key,
  station_id  text not null references station,
  sale_id     text not null,
  refuel_id   uuid not null unique,
  member_id   text not null,
  member_name text not null,
  vehicle_ids text[] not null,
  gateway     text not null,
  contract_id text,
  amount_fen  bigint not null check (amount_fen > 0),
  fuelling_point integer not null,
  grade       text not null,
  volume_ml   bigint not null,
  unit_price_fen_per_litre integer not null,
  ended_at    timestamptz not null,
  created_at  timestamptz not null default now(),
  unique (station_id, sale_id)
);
create index charge_intent_of_member on charge_intent (member_id, created_at);
create trigger charge_intent_append_only before update or delete on charge_intent
  for each row execute function refuse_change();

-- What became of it, every answer a row. An intent has one final answer at most.
create table charge_event (
  charge_event_id bigint generated always as identity primary key,
  intent_id    uuid not null references charge_intent,
  kind         text not null check (kind in ('paid', 'refused', 'unknown', 'absent', 'contradicted')),
  provider_ref text,
  detail       text,
  at           timestamptz not null
);
create index charge_event_of_intent on charge_event (intent_id);
create unique index charge_event_final on charge_event (intent_id) where kind in ('paid', 'refused');
create trigger charge_event_append_only before update or delete on charge_event
  for each row execute function refuse_change();

-- Work still to be done; a row leaves when its intent is final. `stuck` waits for a person.
create table charge_job (
  intent_id   uuid primary key references charge_intent,
  state       text not null check (state in ('charge', 'query', 'stuck')),
  attempts    integer not null default 0,
  next_at     timestamptz not null,
  lease_until timestamptz
);
create index charge_job_due on charge_job (next_at) where state <> 'stuck';

create sequence receipt_sequence;
create table receipt (
  receipt_number text primary key,
  refuel_id      uuid not null unique,
  station_id     text not null references station,
  body           text not null,
  issued_at      timestamptz not null
);
create trigger receipt_append_only before update or delete on receipt
  for each row execute function refuse_change();
