-- The ledger: double entry in whole fen, append-only, one hash chain per account.
--
-- Sign: balance = credits - debits. A wallet is a liability, so money in it is positive.
-- The database trusts no writer: every posting must continue its account's chain (sequence,
-- balance, hash), must be one of the two its transfer calls for, and may never change again.
-- The canonical texts below are written a second time in src/ledger/posting.ts; the two must agree.

create function ledger_inputs_hash(
  idempotency_key text, debit_account text, credit_account text, amount_fen bigint, memo text
) returns text language sql immutable strict as $$
  select encode(sha256(convert_to(
    'forecourt-transfer-v1' || E'\n' || idempotency_key || E'\n' || debit_account || E'\n'
      || credit_account || E'\n' || amount_fen::text || E'\n' || memo, 'UTF8')), 'hex')
$$;

create function ledger_posting_hash(
  account text, seq bigint, idempotency_key text, inputs_hash text, amount_fen bigint,
  balance_after_fen bigint, at timestamptz, prev_hash text
) returns text language sql stable strict as $$
  select encode(sha256(convert_to(
    'forecourt-posting-v1' || E'\n' || account || E'\n' || seq::text || E'\n' || idempotency_key
      || E'\n' || inputs_hash || E'\n' || amount_fen::text || E'\n' || balance_after_fen::text
      || E'\n' || (extract(epoch from at) * 1000)::bigint::text || E'\n' || prev_hash,
    'UTF8')), 'hex')
$$;

create table account (
  account text collate "C" primary key
    check (account ~ '^[a-z][a-z-]{0,31}(:[A-Za-z0-9-]{1,36})?$'),
  kind text not null check (kind in ('asset', 'liability', 'revenue')),
  allow_negative boolean not null,
  opened_at timestamptz(3) not null default now()
);

-- Where an account's chain ends. Derived from posting, and the row writers queue up on.
create table account_head (
  account text collate "C" primary key references account,
  allow_negative boolean not null,
  seq bigint not null default 0 check (seq >= 0),
  balance_fen bigint not null default 0,
  hash text collate "C" not null default repeat('0', 64),
  constraint account_not_overdrawn check (allow_negative or balance_fen >= 0)
);

create table transfer (
  transfer_id bigint generated always as identity primary key,
  idempotency_key text collate "C" not null unique check (idempotency_key ~ '^[!-~]{1,128}$'),
  inputs_hash text collate "C" not null,
  debit_account text collate "C" not null references account,
  credit_account text collate "C" not null references account,
  amount_fen bigint not null check (amount_fen > 0),
  memo text not null check (char_length(memo) <= 200),
  at timestamptz(3) not null,
  constraint transfer_between_two check (debit_account <> credit_account),
  constraint transfer_inputs_hash check (
    inputs_hash = ledger_inputs_hash(idempotency_key, debit_account, credit_account, amount_fen, memo))
);

create table posting (
  account text collate "C" not null references account,
  seq bigint not null check (seq > 0),
  transfer_id bigint not null references transfer,
  amount_fen bigint not null check (amount_fen <> 0),
  balance_after_fen bigint not null,
  prev_hash text collate "C" not null,
  hash text collate "C" not null,
  primary key (account, seq),
  unique (transfer_id, account)
);

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name
    using errcode = 'integrity_constraint_violation', constraint = 'ledger_append_only',
      hint = 'correct a transfer by posting its opposite';
end
$$;

create trigger account_append_only before update or delete or truncate on account
  for each statement execute function ledger_refuse_change();
create trigger transfer_append_only before update or delete or truncate on transfer
  for each statement execute function ledger_refuse_change();
create trigger posting_append_only before update or delete or truncate on posting
  for each statement execute function ledger_refuse_change();
create trigger account_head_kept before delete or truncate on account_head
  for each statement execute function ledger_refuse_change();
-- Heads move only from inside the two triggers below (depth 1 is this trigger itself).
create trigger account_head_moved_by_postings before insert or update on account_head
  for each statement when (pg_trigger_depth() < 1) execute function ledger_refuse_change();

create function ledger_open_account() returns trigger language plpgsql as $$
begin
  insert into account_head (account, allow_negative) values (new.account, new.allow_negative);
  return null;
end
$$;
create trigger account_opened after insert on account
  for each row execute function ledger_open_account();

create function ledger_continue_chain() returns trigger language plpgsql as $$
declare
  head account_head%rowtype;
  moved transfer%rowtype;
  why text;
begin
  select * into strict head from account_head where account = new.account for update;
  select * into strict moved from transfer where transfer_id = new.transfer_id;
  why := case
    when not (new.account = moved.credit_account and new.amount_fen = moved.amount_fen
      or new.account = moved.debit_account and new.amount_fen = -moved.amount_fen)
      then 'is not one of the two its transfer calls for'
    when new.seq <> head.seq + 1 then 'does not follow seq ' || head.seq
    when new.prev_hash <> head.hash then 'does not continue the chain'
    when new.balance_after_fen <> head.balance_fen + new.amount_fen then 'has a wrong balance'
    when new.hash <> ledger_posting_hash(new.account, new.seq, moved.idempotency_key,
      moved.inputs_hash, new.amount_fen, new.balance_after_fen, moved.at, new.prev_hash)
      then 'has a wrong hash'
  end;
  if why is not null then
    raise exception 'posting %/% %', new.account, new.seq, why
      using errcode = 'integrity_constraint_violation', constraint = 'posting_chain';
  end if;
  update account_head set seq = new.seq, balance_fen = new.balance_after_fen, hash = new.hash
    where account = new.account;
  return new;
end
$$;
create trigger posting_continues_chain before insert on posting
  for each row execute function ledger_continue_chain();

-- Checked when the database transaction commits: a transfer without its two postings never does.
create function ledger_balance_transfer() returns trigger language plpgsql as $$
begin
  if (select count(*) <> 2 or sum(amount_fen) <> 0 from posting
      where transfer_id = new.transfer_id) then
    raise exception 'transfer % needs two postings that sum to zero', new.idempotency_key
      using errcode = 'integrity_constraint_violation', constraint = 'transfer_balanced';
  end if;
  return null;
end
$$;
create constraint trigger transfer_balanced after insert on transfer
  deferrable initially deferred for each row execute function ledger_balance_transfer();
