-- Credits, and the effects that wait for an object the mirror does not hold yet.

-- What has to follow from an object's state but cannot yet; a job fetches what is missing and runs the effects again.
create table billing.open_effect (
    kind         text        not null, -- a table of the mirror
    object_id    text        not null,
    missing_kind text        not null,
    missing_id   text        not null,
    since        timestamptz not null,
    attempts     integer     not null default 0,
    due_at       timestamptz not null,
    primary key (kind, object_id, missing_kind, missing_id)
);
create index open_effect_due on billing.open_effect (due_at);

-- One row a user who ever had credits; its lock puts everything that changes them in order.
create table billing.credit_account (
    user_id uuid   primary key,
    balance bigint not null default 0 check (balance >= 0),
    owed    bigint not null default 0 check (owed >= 0) -- taken back after it was spent; the next credits pay it
);

-- What one payment, one invoice line and period, or one act of an operator granted.
-- amount = remaining + spent + what was taken back from it + what expired
create table billing.credit_lot (
    id         bigint      generated always as identity primary key,
    user_id    uuid        not null references billing.credit_account (user_id),
    type       text        not null check (type in ('payg', 'subscription')),
    amount     bigint      not null check (amount >= 0), -- 0: decided for good that the source grants nothing
    remaining  bigint      not null check (remaining between 0 and amount),
    spent      bigint      not null default 0 check (spent between 0 and amount),
    taken_back bigint      not null default 0 check (taken_back between 0 and amount),
    charged    bigint      not null default 0 check (charged between 0 and taken_back), -- of these, not from this lot
    frozen     boolean     not null default false, -- its payment is disputed
    source     text        not null unique,        -- payment:…, line:… or operator:…
    payment    text,
    invoice    text,
    product    text,
    granted_at timestamptz not null,
    expires_at timestamptz,                        -- null: never
    check (remaining + spent <= amount)
);
create index credit_lot_user on billing.credit_lot (user_id) where remaining > 0;
create index credit_lot_payment on billing.credit_lot (payment);
create index credit_lot_expiry on billing.credit_lot (expires_at) where remaining > 0;

-- Every change of a balance. The sum of amount is the balance, the sum of owed is what is owed.
create table billing.credit_entry (
    id        bigint      generated always as identity primary key,
    user_id   uuid        not null references billing.credit_account (user_id),
    lot       bigint      references billing.credit_lot (id), -- null when only what is owed changes
    kind      text        not null
        check (kind in ('grant', 'spend', 'expiry', 'take_back', 'give_back', 'adjustment', 'owed', 'owed_settled')),
    amount    bigint      not null,
    owed      bigint      not null default 0,
    at        timestamptz not null,
    operation text        not null, -- what it belongs to: a spend, the lot whose payment went back
    reason    text,
    actor     text        not null
);
create index credit_entry_user on billing.credit_entry (user_id, id);
create index credit_entry_lot on billing.credit_entry (lot);
create trigger credit_entry_append_only before update or delete or truncate on billing.credit_entry
    for each statement execute function billing.append_only();

-- What spends and adjustments were answered with: the same request does nothing again.
create table billing.credit_operation (
    id      uuid        primary key,
    user_id uuid        not null references billing.credit_account (user_id),
    answer  jsonb       not null,
    at      timestamptz not null
);
