-- While there is a row, nothing is sent to Stripe.
create table billing.offline (
    one    boolean     primary key default true check (one),
    since  timestamptz not null,
    by     text        not null,
    reason text        not null
);

-- How payments of the last minutes ended is asked every minute.
create index payment_state_at on billing.payment (state_at);
