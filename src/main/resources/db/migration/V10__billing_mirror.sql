-- What Stripe holds, as the hub knows it. There are no foreign keys between these tables: events come in any order.
create schema billing;

-- The columns every mirrored object has; copied by "like", never filled.
create table billing.mirrored (
    id             text        primary key,
    version        integer     not null, -- counts changes: who prepared on another version has to prepare again
    state_at       timestamptz not null, -- the vendor's time of the state held
    state_event_id text,                 -- the event that brought it; null when it was fetched
    status         text,
    verified       boolean     not null, -- false: two events of one second, and no key to ask Stripe
    deleted_at     timestamptz,
    object         jsonb       not null,
    check (version > 0)
);

create table billing.customer (
    like billing.mirrored including all,
    email text, name text, phone text, default_payment_method text, user_id text, created_at timestamptz
);
create table billing.product (
    like billing.mirrored including all,
    name text, active boolean, default_price text, created_at timestamptz
);
create table billing.price (
    like billing.mirrored including all,
    product text, active boolean, currency text, unit_amount bigint, recurring_interval text, recurring_count integer,
    created_at timestamptz
);
create table billing.subscription (
    like billing.mirrored including all,
    customer text, price text, quantity bigint, currency text, unit_amount bigint,
    current_period_start timestamptz, current_period_end timestamptz, cancel_at_period_end boolean,
    canceled_at timestamptz, ended_at timestamptz, trial_end timestamptz, default_payment_method text,
    latest_invoice text, created_at timestamptz
);
create table billing.invoice (
    like billing.mirrored including all,
    customer text, subscription text, payment text, currency text, total bigint, amount_due bigint, amount_paid bigint,
    amount_remaining bigint, attempt_count integer, billing_reason text, period_start timestamptz,
    period_end timestamptz, created_at timestamptz
);
create table billing.payment (
    like billing.mirrored including all,
    customer text, currency text, amount bigint, amount_received bigint, payment_method text,
    latest_charge text, error_code text, decline_code text, created_at timestamptz
);
create table billing.charge (
    like billing.mirrored including all,
    customer text, payment text, currency text, amount bigint, amount_refunded bigint, refunded boolean, disputed boolean,
    failure_code text, created_at timestamptz
);
create table billing.refund (
    like billing.mirrored including all,
    charge text, payment text, currency text, amount bigint, reason text, failure_reason text, created_at timestamptz
);
create table billing.dispute (
    like billing.mirrored including all,
    charge text, payment text, currency text, amount bigint, reason text, evidence_due_by timestamptz,
    created_at timestamptz
);
create table billing.payment_method (
    like billing.mirrored including all,
    customer text, type text, card_brand text, card_last4 text, card_exp_month integer, card_exp_year integer,
    created_at timestamptz
);
create table billing.setup_intent (
    like billing.mirrored including all,
    customer text, payment_method text, usage text, created_at timestamptz
);
create table billing.checkout_session (
    like billing.mirrored including all,
    customer text, subscription text, payment text, mode text, payment_status text, currency text, amount_total bigint,
    created_at timestamptz
);
create index subscription_customer on billing.subscription (customer);
create index invoice_customer on billing.invoice (customer);
create index invoice_payment on billing.invoice (payment);
create index payment_customer on billing.payment (customer);
create index charge_payment on billing.charge (payment);
create index refund_payment on billing.refund (payment);

-- Several events may tell of one change (snapshot and thin); the first to be applied acts for all of them.
create table billing.applied_change (
    change_id text   primary key,
    event_no  bigint not null
);

-- Filling the mirror from Stripe's lists: what was asked for and how far it has come.
create table billing.sync_run (
    id           bigint generated always as identity primary key,
    requested_by text        not null,
    requested_at timestamptz not null,
    kind         text,                  -- the list being read; null before the first and after the last
    position     text,                  -- the last object of that list that was applied
    objects      bigint      not null default 0,
    state        text        not null check (state in ('waiting', 'running', 'done')),
    node         text,
    lease_until  timestamptz,
    finished_at  timestamptz
);
create unique index sync_run_one on billing.sync_run ((true)) where state <> 'done';

-- Where mirror and Stripe differed at the nightly comparison.
create table billing.drift (
    subscription text        not null,
    field        text        not null,
    ours         text,
    theirs       text,
    found_at     timestamptz not null,
    repaired_at  timestamptz,
    primary key (subscription, field)
);
