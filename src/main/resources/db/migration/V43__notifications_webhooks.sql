-- Where users want to be told of what happens to them, by signed webhooks (www.standardwebhooks.com).
create table notifications.webhook_endpoint (
    id              uuid        primary key,
    user_id         uuid        not null,
    url             text        not null,
    secret          text        not null, -- sealed
    types           text[]      not null,
    created_at      timestamptz not null,
    failing_since   timestamptz,          -- of the first failure since the last success
    disabled_at     timestamptz,
    disabled_reason text
);
create index webhook_endpoint_user on notifications.webhook_endpoint (user_id);

alter table notifications.outbox drop constraint outbox_channel_check;
alter table notifications.outbox
    add constraint outbox_channel_check check (channel in ('mail', 'mixpanel', 'amplitude', 'webhook'));
create index outbox_webhook on notifications.outbox ((payload ->> 'endpoint'), id) where channel = 'webhook';
