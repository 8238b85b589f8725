-- Every command, state change and operator action on a customer, subscription, payment, refund or credit. Append-only.
create table billing.history (
    id          bigint      generated always as identity primary key,
    at          timestamptz not null,
    actor       text        not null, -- a user id, an operator's name, stripe, or the hub
    user_id     uuid,                 -- whose affair it is
    object_kind text        not null, -- customer, subscription, payment, refund, credit, dispute, command
    object_id   text        not null,
    action      text        not null,
    before      jsonb,
    after       jsonb,
    cause       text                  -- the event or request it came from
);
create index history_user on billing.history (user_id, id);
create index history_object on billing.history (object_kind, object_id, id);

create function billing.append_only() returns trigger language plpgsql as
$$ begin raise exception '% is append-only', tg_table_name; end $$;
create trigger history_append_only before update or delete or truncate on billing.history
    for each statement execute function billing.append_only();

-- Which user a customer of Stripe belongs to. One customer per user, ever.
create table billing.customer_owner (
    customer    text        primary key,
    user_id     uuid        not null unique,
    assigned_at timestamptz not null,
    assigned_by text        not null
);
