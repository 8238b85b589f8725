-- Mails somebody waits for in front of his screen go before all others of their channel.
alter table notifications.outbox add column urgent boolean not null default false;
create index outbox_due_by_urgency on notifications.outbox (channel, urgent desc, due_at, id)
    where state in ('waiting', 'sending');
