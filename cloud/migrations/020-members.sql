create table member (
  member_id    text primary key,
  display_name text not null,
  status       text not null default 'active' check (status in ('active', 'blocked', 'overdue')),
  payment_kind text check (payment_kind in ('stored_value', 'sandbox')),
  contract_id  text,
  created_at   timestamptz not null default now(),
  check ((payment_kind = 'sandbox') = (contract_id is not null))
);

-- One plate may stand here for several members (a family, a fleet): matching then needs a second
-- signal, so it is not unique.
create table vehicle (
  vehicle_id       text primary key,
  member_id        text not null references member,
  plate            text not null,
  tank_capacity_ml bigint check (tank_capacity_ml > 0),
  grades           text[],
  created_at       timestamptz not null default now()
);
create index vehicle_plate on vehicle (plate);
create index vehicle_member on vehicle (member_id);
