-- What was said once of a change (history, analytics, a mail) is not said again when its effects run again.
create table billing.noted (
    key text        primary key,
    at  timestamptz not null
);

-- The refund policy, as data: the rule in force is the latest one whose time has come when the refund is asked for.
create table billing.refund_policy (
    valid_from       timestamptz primary key,
    full_days        integer     not null check (full_days >= 0),          -- up to so many days after the payment: all
    partial_days     integer     not null check (partial_days >= full_days), -- up to so many: a part; later nothing
    one_time_percent integer     not null check (one_time_percent between 0 and 100), -- the part of a one-time payment
    at_once          bigint      not null check (at_once >= 0),            -- up to so much without approval
    at_once_currency text        not null,
    set_by           text        not null
);
insert into billing.refund_policy values ('2000-01-01T00:00:00Z', 14, 30, 50, 10000, 'usd', 'the hub');

-- Refunds people asked for. Those made in Stripe's dashboard are in the mirror alone.
create table billing.refund_request (
    id           uuid        primary key,
    payment      text        not null,
    invoice      text,
    subscription text,
    customer     text        not null,
    user_id      uuid,
    amount       bigint      not null check (amount > 0),
    currency     text        not null,
    reason       text        not null,
    requested_by text        not null,
    requested_at timestamptz not null,
    policy_from  timestamptz not null,
    state        text        not null
        check (state in ('pending_approval', 'approved', 'rejected', 'refunded', 'failed')),
    decided_by   text,
    decided_at   timestamptz,
    note         text,
    refund       text                  -- Stripe's id
);
create unique index refund_request_open on billing.refund_request (payment)
    where state in ('pending_approval', 'approved');
create index refund_request_user on billing.refund_request (user_id, requested_at);
create index refund_request_state on billing.refund_request (state, requested_at);
