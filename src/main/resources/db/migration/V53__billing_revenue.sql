-- Revenue and recurring revenue, as ledgers that are only appended: an entry that turns out wrong (a refund that failed,
-- a payment whose invoice is told of later) is met by another one.

create table billing.revenue_entry (
    id          bigint      generated always as identity primary key,
    source      text        not null, -- the payment, invoice, refund or dispute
    kind        text        not null check (kind in ('payment', 'refund', 'dispute')),
    category    text        not null check (category in ('subscription', 'one_time')),
    no          integer     not null check (no > 0), -- 1; more are corrections
    payment     text        not null, -- what it goes back to; the invoice when it was paid outside of Stripe
    customer    text,
    currency    text        not null,
    amount      bigint      not null, -- smallest unit; refunds and lost disputes are negative
    orders      integer     not null, -- paid orders more or less
    at          timestamptz not null, -- the vendor's time
    recorded_at timestamptz not null,
    unique (source, category, no)
);
create index revenue_entry_at on billing.revenue_entry (at);
create trigger revenue_entry_append_only before update or delete or truncate on billing.revenue_entry
    for each statement execute function billing.append_only();

-- Monthly recurring revenue: what each change of a subscription added or took away.
create table billing.mrr_movement (
    id           bigint      generated always as identity primary key,
    subscription text        not null,
    no           integer     not null check (no > 0),
    customer     text        not null,
    price        text,
    currency     text        not null,
    kind         text        not null check (kind in ('new', 'expansion', 'contraction', 'churn', 'reactivation')),
    amount       bigint      not null, -- smallest unit a month
    active       integer     not null check (active between -1 and 1), -- active subscriptions more or less
    reason       text,                 -- of a churn
    at           timestamptz not null, -- the vendor's time
    recorded_at  timestamptz not null,
    unique (subscription, no)
);
create index mrr_movement_at on billing.mrr_movement (at);
create index mrr_movement_customer on billing.mrr_movement (customer);
create trigger mrr_movement_append_only before update or delete or truncate on billing.mrr_movement
    for each statement execute function billing.append_only();

-- How a day ended, in hub.zone.
create table billing.mrr_snapshot (
    date                 date        not null,
    currency             text        not null,
    mrr                  bigint      not null,
    active_subscriptions integer     not null,
    computed_at          timestamptz not null,
    primary key (date, currency)
);
